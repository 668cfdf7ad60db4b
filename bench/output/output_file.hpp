// A result file that is whole at every moment: each write replaces it in one step, so an interruption or a full disk
// leaves the last complete result.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace kickbench::bench::output {

/// Results could not be written. Exit code 3.
class OutputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// True for "-", and for a path that is this process's standard output by another name: /dev/stdout, /dev/fd/1 or a
/// link to them.
bool is_standard_output(const std::string& path);

/// A file named by an option such as --json; "-" is standard output. Links are followed. A file is replaced by a
/// temporary file made beside it, which takes over its mode; where that is impossible (the file is a mount point, or
/// its folder is not writable) it is written in place. What is no regular file (a descriptor of this process such as
/// /dev/fd/3, a named pipe, a device) is written to as it is, once, at the end.
class OutputFile {
 public:
  /// Finds out whether and how the path can be written, before anything is measured; leaves an existing file as it is,
  /// and holds a pipe open, so that its reader waits for the result. Never blocks: a named pipe needs its reader
  /// beforehand. Throws UsageError that names option and path.
  OutputFile(std::string option, std::string path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  /// Replaces the content. Throws OutputError; what was written before is then intact, unless the file is written in
  /// place, which the error says.
  void write(std::string_view content) const;

  /// A regular file, or none yet; not where a second write would be a second document.
  bool is_replaceable() const { return way_ != Way::stream; }
  const std::string& path() const { return path_; }

 private:
  enum class Way { rename, in_place, stream };

  [[noreturn]] void refuse(int error, const char* remedy = "name a file in a folder that exists and is writable") const;
  void choose_way_to_replace();

  std::string option_;
  std::string path_;    ///< as it was given
  std::string target_;  ///< what its links lead to
  Way way_ = Way::rename;
  int stream_ = -1;  ///< what is written to as it is; -1 for a file
};

}  // namespace kickbench::bench::output
