#include "bench/output/output_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "bench/scenario/scenario.hpp"

namespace kickbench::bench {
namespace {

/// 0 or the errno of what failed.
int write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = write(fd, content.data(), content.size());
    if (written >= 0) {
      content.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

/// Opens, writes all, closes; 0 or the errno of what failed.
int write_to(const std::string& path, int flags, std::string_view content) {
  const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC | flags, 0666);
  if (fd < 0) return errno;
  const int error = write_all(fd, content);
  return close(fd) != 0 && error == 0 ? errno : error;
}

}  // namespace

OutputFile::OutputFile(std::string option, std::string path) : option_(std::move(option)), path_(std::move(path)) {
  if (is_stdout()) return;
  const auto refuse = [&](int error) {
    throw UsageError(option_ + " " + path_ + ": cannot be written: " + std::strerror(error) +
                     "; name a file in a folder that exists and is writable");
  };
  if (path_.empty()) refuse(ENOENT);
  if (is_replaceable()) {
    const std::string trial = path_ + ".part";
    if (const int error = write_to(trial, O_CREAT | O_TRUNC, "")) refuse(error);
    unlink(trial.c_str());
    if (std::filesystem::exists(path_) && access(path_.c_str(), W_OK) != 0) refuse(errno);
  } else if (const int error = write_to(path_, 0, "")) {
    refuse(error);
  }
}

bool OutputFile::is_replaceable() const {
  if (is_stdout()) return false;
  std::error_code ignored;
  const auto status = std::filesystem::status(path_, ignored);
  return status.type() == std::filesystem::file_type::not_found || std::filesystem::is_regular_file(status);
}

void OutputFile::write(std::string_view content) const {
  int error = 0;
  if (is_stdout()) {
    error = write_all(STDOUT_FILENO, content);  // opened anew, a file would be overwritten from its start
  } else if (is_replaceable()) {
    const std::string part = path_ + ".part";
    error = write_to(part, O_CREAT | O_TRUNC, content);
    if (error == 0 && rename(part.c_str(), path_.c_str()) != 0) error = errno;
    if (error != 0) unlink(part.c_str());
  } else {
    error = write_to(path_, 0, content);
  }
  if (error != 0) {
    throw OutputError(option_ + " " + path_ + ": could not be written: " + std::strerror(error) +
                      "; make room or name another place. What was written before is intact");
  }
}

}  // namespace kickbench::bench
