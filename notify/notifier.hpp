// A notifier is one direction of notification: a kick or an interrupt channel. The operating system is two verbs.
#pragma once

#include <atomic>
#include <concepts>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "ring/units.hpp"

namespace kickbench {

template <class N>
concept Notifier = requires(N& notifier) {
  { N::can_wake } -> std::convertible_to<bool>;  // false: polling only; callers drop the store-load fence too
  { notifier.signal() }
  noexcept->std::same_as<void>;  // its duration is N_P or N_C
  { notifier.wait() }
  noexcept->std::same_as<void>;  // latched: an earlier signal ends it at once; may return early
};

/// How often an end of a channel has entered the kernel.
struct SystemCalls {
  std::uint64_t signals = 0;  ///< by signal()
  std::uint64_t waits = 0;    ///< by wait()
};

/// Any notifier that can wake, behind one virtual call: small beside what waking costs, and it keeps the number of
/// compiled loops independent of the number of notifiers. One thread signals, one waits: two ends, which may lie in two
/// processes.
class Channel {
 public:
  static constexpr bool can_wake = true;
  virtual ~Channel() = default;
  virtual void signal() noexcept = 0;
  virtual void wait() noexcept = 0;

  /// From here on the other end may be in another process. Returns the descriptor, still owned by this end, that
  /// NotifierKind::attach makes the other end from. To be called before the channel is used; throws std::system_error.
  virtual int share() = 0;

  /// errno of the first signal or wait that the kernel refused; 0 for none. What happened since is void.
  int error() const noexcept { return error_.load(std::memory_order_relaxed); }

  /// Of this end, since it was made. To be called while neither thread is in a call of the channel. Who stops a run
  /// signals beside the side itself: one of two calls at the same time may then be missing here.
  SystemCalls system_calls() const noexcept {
    return {signal_calls_.load(std::memory_order_relaxed), wait_calls_.load(std::memory_order_relaxed)};
  }

 protected:
  /// To be called beside each system call of signal(), or of wait().
  void count_signal_call() noexcept { add_one(signal_calls_); }
  void count_wait_call() noexcept { add_one(wait_calls_); }
  /// To be called with errno where a call failed; an interrupted one did not.
  void note_error(int error) noexcept {
    int none = 0;
    error_.compare_exchange_strong(none, error, std::memory_order_relaxed);
  }

 private:
  using Count = std::atomic<std::uint64_t>;
  /// A plain increment: no locked instruction in what is measured.
  static void add_one(Count& count) noexcept {
    count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }

  // All relaxed: nothing is handed over with them. Each count is written by one thread, so they lie on different lines.
  std::atomic<int> error_{0};
  alignas(line_pair_bytes) Count signal_calls_{0};
  alignas(line_pair_bytes) Count wait_calls_{0};
};
static_assert(Notifier<Channel>);

/// No notifications: both sides must look for themselves.
struct NoNotifier {
  static constexpr bool can_wake = false;
  void signal() noexcept {}
  void wait() noexcept {}
};
static_assert(Notifier<NoNotifier>);

/// A row of the one table that names the notifiers.
struct NotifierKind {
  std::string_view name;
  std::string_view description;
  std::unique_ptr<Channel> (*make)();  ///< null for `none`; throws std::system_error where the host refuses
  /// This process's end of a channel that another process made and shares. Duplicates the descriptor; throws likewise.
  /// Null for `none`.
  std::unique_ptr<Channel> (*attach)(int file_descriptor);
  std::string (*unavailable_reason)();  ///< empty where it works on this host
};

/// Of Channel::error().
std::string describe_channel_error(int error);

std::span<const NotifierKind> notifier_kinds();

/// Null for an unknown name.
const NotifierKind* find_notifier(std::string_view name);

}  // namespace kickbench
