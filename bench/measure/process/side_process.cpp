#include "bench/measure/process/side_process.hpp"

#include <poll.h>
#include <sys/prctl.h>

#include <array>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>

#include "bench/measure/process/messages.hpp"
#include "bench/measure/thread_side.hpp"

namespace kickbench::bench::measure {
namespace {

/// Set up as the other process has it. Its link, the side and the thread are this process's own.
class ServedSide {
 public:
  explicit ServedSide(const Message& first)
      : set_up_(read_set_up(first)),
        clock_({.ticks_per_ns = set_up_.ticks_per_ns, .source = tick_source()}),
        link_(set_up_.scenario, numbers_of(first.descriptors), reinterpret_cast<const void*>(set_up_.queue_address)),
        side_(make_consumer_side(set_up_.scenario, cpu_of(set_up_), clock_, link_), set_up_.cpu) {}

  const void* queue_address() const noexcept { return side_.queue_address(); }

  /// Runs one slice. Throws PeerGone when the other process hangs up meanwhile: it has nothing to say before the end.
  const SideReport& run_slice(const PeerSocket& socket) {
    side_.begin_slice();
    std::array watched{pollfd{.fd = side_.done(), .events = POLLIN, .revents = 0},
                       pollfd{.fd = socket.descriptor(), .events = POLLIN, .revents = 0}};
    for (;;) {
      const bool seen = poll(watched.data(), watched.size(), look_around_ms) > 0;
      if (seen && watched[1].revents != 0) {
        link_.release_both();
        throw PeerGone("it hung up during a slice");
      }
      if (seen) return side_.finish_slice();
      if (link_.channel_error() != 0) link_.release_both();
      if (link_.control().stop.requested()) side_.interrupt();
    }
  }

 private:
  /// For a notifier that is broken: the other process cannot see that of ours.
  static constexpr int look_around_ms = 100;

  static OwnCpu cpu_of(const SideSetUp& set_up) { return {.number = set_up.cpu, .shared = set_up.one_cpu}; }
  static std::vector<int> numbers_of(const std::vector<Descriptor>& descriptors) {
    std::vector<int> numbers;
    for (const Descriptor& descriptor : descriptors) numbers.push_back(descriptor.get());
    return numbers;
  }

  SideSetUp set_up_;
  host::Clock clock_;
  Link link_;
  ThreadSide side_;
};

void serve(PeerSocket& socket) {
  std::optional<ServedSide> side;
  try {
    side.emplace(socket.receive());
  } catch (const std::exception& error) {
    send(socket, Readiness{.error = error.what()});
    return;
  }
  send(socket, Readiness{.error = {}, .queue_address = reinterpret_cast<std::uintptr_t>(side->queue_address())});
  for (;;) {
    socket.receive();
    send(socket, side->run_slice(socket));
  }
}

}  // namespace

std::optional<int> serve_if_started_as_side(int argc, char** argv) {
  if (argc != 3 || std::strcmp(argv[1], side_process_command) != 0) return std::nullopt;
  try {
    // Sent when the thread that started us ends: that of the session, which waits for us before it goes on. Whoever
    // ended before this line has hung up, too.
    prctl(PR_SET_PDEATHSIG, static_cast<unsigned long>(SIGKILL), 0UL, 0UL, 0UL);
    int number = -1;
    std::from_chars(argv[2], argv[2] + std::strlen(argv[2]), number);
    PeerSocket socket{Descriptor(number)};
    serve(socket);
    return 0;
  } catch (const PeerGone&) {
    return 0;  // the session is over
  } catch (const std::exception& error) {
    std::fprintf(stderr, "kickbench %s is started by 'kickbench run --processes' only: %s\n", side_process_command,
                 error.what());
    return 2;
  }
}

}  // namespace kickbench::bench::measure
