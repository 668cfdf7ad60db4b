#include "bench/host/process.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>

namespace kickbench::host {
namespace {

/// open() returns the lowest free descriptor, so those below 3 are taken in turn. All for reading only: a write to a
/// stream that was closed must not look as if it had worked.
void take_closed_streams() noexcept {
  for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor) {
    if (fcntl(descriptor, F_GETFD) < 0) open("/dev/null", O_RDONLY);
  }
}

}  // namespace

void prepare_process() noexcept {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  take_closed_streams();
}

}  // namespace kickbench::host
