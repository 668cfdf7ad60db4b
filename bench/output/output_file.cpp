#include "bench/output/output_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <optional>

#include "bench/scenario/scenario.hpp"

namespace kickbench::bench::output {
namespace {

namespace fs = std::filesystem;

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
int write_to(const std::string& path, std::string_view content) {
  const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC | O_CREAT | O_TRUNC, 0666);
  if (fd < 0) return errno;
  const int error = write_all(fd, content);
  return close(fd) != 0 && error == 0 ? errno : error;
}

/// N of /dev/fd/N and its like: a descriptor of this process.
std::optional<int> descriptor_named(const fs::path& path) {
  std::error_code ignored;
  if (!fs::equivalent(path.parent_path(), "/proc/self/fd", ignored)) return std::nullopt;
  const std::string name = path.filename();
  int number = -1;
  const auto [rest, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  const bool whole = error == std::errc() && *rest == '\0' && number >= 0;
  return whole ? std::optional(number) : std::nullopt;
}

/// Where the links of a path lead to, whether that exists or not. Not beyond a descriptor: its link has a text that
/// need not be a path.
fs::path end_of_links(fs::path path) {
  constexpr int links_max = 40;  // as many as the kernel follows
  std::error_code error;
  for (int links = 0; links < links_max && !descriptor_named(path) && fs::is_symlink(path, error); ++links) {
    const fs::path next = fs::read_symlink(path, error);
    if (error) break;
    path = path.parent_path() / next;
  }
  return path;
}

std::optional<int> descriptor_of(const std::string& path) {
  return path == "-" ? std::optional(STDOUT_FILENO) : descriptor_named(end_of_links(path));
}

bool is_file_or_none(const std::string& path) {
  std::error_code ignored;
  const fs::file_status status = fs::status(path, ignored);
  return status.type() == fs::file_type::not_found || fs::is_regular_file(status);
}

/// One more descriptor of the same open file (opened anew, a file would be overwritten from its start, and a socket
/// cannot be). -1 and errno where it is closed or not for writing.
int open_again(int descriptor) {
  const int flags = fcntl(descriptor, F_GETFL);
  if (flags < 0) return -1;
  if ((flags & O_ACCMODE) != O_RDONLY) return fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
  errno = EBADF;
  return -1;
}

/// Does not wait for the reader of a pipe; what is written to it later does wait. -1 and errno where it fails.
int open_stream(const std::string& path) {
  const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (fd >= 0) fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
  return fd;
}

}  // namespace

bool is_standard_output(const std::string& path) { return descriptor_of(path) == STDOUT_FILENO; }

OutputFile::OutputFile(std::string option, std::string path) : option_(std::move(option)), path_(std::move(path)) {
  if (path_.empty()) refuse(ENOENT);
  target_ = end_of_links(path_);
  const std::optional<int> descriptor = descriptor_of(path_);
  if (!descriptor && is_file_or_none(target_)) {
    try_to_replace();
  } else if ((stream_ = descriptor ? open_again(*descriptor) : open_stream(target_)) < 0) {
    const int error = errno;
    std::error_code ignored;
    if (error == ENXIO && fs::is_fifo(target_, ignored)) refuse(error, "nobody reads from this pipe: start its reader");
    refuse(error);
  }
}

OutputFile::~OutputFile() {
  if (stream_ >= 0) close(stream_);
}

void OutputFile::refuse(int error, const char* remedy) const {
  throw scenario::UsageError(option_ + " " + path_ + ": cannot be written: " + std::strerror(error) + "; " + remedy);
}

void OutputFile::try_to_replace() const {
  const std::string trial = target_ + ".part";
  if (const int error = write_to(trial, "")) refuse(error);
  unlink(trial.c_str());
  if (access(target_.c_str(), F_OK) == 0 && access(target_.c_str(), W_OK) != 0) refuse(errno);
}

void OutputFile::write(std::string_view content) const {
  int error = 0;
  if (stream_ >= 0) {
    error = write_all(stream_, content);
  } else {
    const std::string part = target_ + ".part";
    error = write_to(part, content);
    if (error == 0 && rename(part.c_str(), target_.c_str()) != 0) error = errno;
    if (error != 0) unlink(part.c_str());
  }
  if (error != 0) {
    throw OutputError(option_ + " " + path_ + ": could not be written: " + std::strerror(error) +
                      "; make room or name another place. What was written before is intact");
  }
}

}  // namespace kickbench::bench::output
