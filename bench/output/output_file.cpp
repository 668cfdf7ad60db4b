#include "bench/output/output_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
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

/// Writes all and closes; 0 or the errno of what failed.
int write_and_close(int fd, std::string_view content) {
  const int error = write_all(fd, content);
  return close(fd) != 0 && error == 0 ? errno : error;
}

/// A new file beside `target` that nobody else can have made or linked to, with the owner and mode that `target` has or
/// would get.
class PartFile {
 public:
  /// -1 and errno in fd() where it cannot be made.
  explicit PartFile(const std::string& target)
      : path_((fs::path(target).parent_path() / ".kickbench-XXXXXX").string()), fd_(mkostemp(path_.data(), O_CLOEXEC)) {
    if (fd_ >= 0) take_over_mode(target);
  }
  ~PartFile() {
    if (fd_ >= 0) unlink(path_.c_str());
  }
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  int fd() const { return fd_; }
  /// 0 or the errno of what failed.
  int replace(const std::string& target) const { return rename(path_.c_str(), target.c_str()) == 0 ? 0 : errno; }

 private:
  void take_over_mode(const std::string& target) const {
    struct stat old {};
    if (stat(target.c_str(), &old) == 0) {
      // As far as this user may: the content is what counts.
      if (old.st_uid != geteuid() || old.st_gid != getegid()) {
        [[maybe_unused]] const int refused = fchown(fd_, old.st_uid, old.st_gid);
      }
      fchmod(fd_, old.st_mode & 07777);
    } else {
      const mode_t mask = umask(0);
      umask(mask);
      fchmod(fd_, 0666 & ~mask);
    }
  }

  std::string path_;
  int fd_;
};

/// 0 or the errno of what failed. Afterwards the file is either as it was or has the content.
int replace_by_rename(const std::string& target, std::string_view content) {
  const PartFile part(target);
  if (part.fd() < 0) return errno;
  const int error = write_and_close(part.fd(), content);
  return error != 0 ? error : part.replace(target);
}

/// 0 or the errno of what failed, and then the file is not whole.
int write_in_place(const std::string& target, std::string_view content) {
  const int fd = open(target.c_str(), O_WRONLY | O_CLOEXEC | O_TRUNC | O_NOFOLLOW);
  return fd < 0 ? errno : write_and_close(fd, content);
}

/// A file that something is mounted on can be written, but not replaced.
bool is_mount_point(const std::string& path) {
  struct statx facts {};
  if (statx(AT_FDCWD, path.c_str(), AT_NO_AUTOMOUNT, 0, &facts) != 0) return false;
  return (facts.stx_attributes_mask & facts.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
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
    choose_way_to_replace();
    return;
  }
  way_ = Way::stream;
  stream_ = descriptor ? open_again(*descriptor) : open_stream(target_);
  if (stream_ < 0) {
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

void OutputFile::choose_way_to_replace() {
  const bool exists = access(target_.c_str(), F_OK) == 0;
  if (exists && access(target_.c_str(), W_OK) != 0) refuse(errno);
  if (exists && is_mount_point(target_)) {
    way_ = Way::in_place;
    return;
  }
  const PartFile trial(target_);
  if (trial.fd() >= 0) {
    close(trial.fd());
  } else if (exists) {
    way_ = Way::in_place;
  } else {
    refuse(errno);
  }
}

void OutputFile::write(std::string_view content) const {
  int error = 0;
  const char* kept = "What was written before is intact";
  switch (way_) {
    case Way::stream:
      error = write_all(stream_, content);
      break;
    case Way::rename:
      error = replace_by_rename(target_, content);
      break;
    case Way::in_place:
      error = write_in_place(target_, content);
      kept = "It is written in place, because it cannot be replaced: what is in it now is not whole";
      break;
  }
  if (error != 0) {
    throw OutputError(option_ + " " + path_ + ": could not be written: " + std::strerror(error) +
                      "; make room or name another place. " + kept);
  }
}

}  // namespace kickbench::bench::output
