// A result file that is whole at every moment: each write replaces it in one step, so an interruption or a full disk
// leaves the last complete result.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace kickbench::bench {

/// Results could not be written. What was written before is intact. Exit code 3.
class OutputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A file named by --json or --csv; "-" is standard output, written once, at the end.
class OutputFile {
 public:
  /// Finds out whether the path can be written, before anything is measured; leaves an existing file as it is.
  /// Throws UsageError that names option and path.
  OutputFile(std::string option, std::string path);

  /// Replaces the content. Throws OutputError.
  void write(std::string_view content) const;

  bool is_stdout() const { return path_ == "-"; }
  /// A regular file, or none yet: not a device, a pipe or standard output, where a second write would be a second
  /// document.
  bool is_replaceable() const;
  const std::string& path() const { return path_; }

 private:
  std::string option_;
  std::string path_;
};

}  // namespace kickbench::bench
