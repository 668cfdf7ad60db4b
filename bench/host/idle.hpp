// The idle state of CPUs as an axis of measurement: waking a CPU that has halted costs several times what it costs to
// wake one that polls.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "bench/host/fact.hpp"
#include "ring/units.hpp"

namespace kickbench::host {

enum class IdleMode {
  as_is,  // whatever the machine does
  poll,   // idle CPUs poll for the length of the run
};

/// As --idle spells it.
std::string_view name_of(IdleMode mode);

/// The kernel's device for latency requests (PM QoS).
inline constexpr const char* idle_latency_device = "/dev/cpu_dma_latency";

/// Idle CPUs could not be made to poll; says which device refused, why, and what to do.
class IdleError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// While it lives, no CPU of the machine enters an idle state that takes time to leave: a latency request of 0 us, held
/// open. Closing it, or the end of the process, gives the machine its own policy back.
class IdlePolling {
 public:
  /// Throws IdleError where the device is missing or may not be written.
  explicit IdlePolling(const std::string& device = idle_latency_device);
  ~IdlePolling();
  IdlePolling(const IdlePolling&) = delete;
  IdlePolling& operator=(const IdlePolling&) = delete;

 private:
  int descriptor_;
};

/// How often a CPU became idle, by the kernel's counters.
struct IdlePeriods {
  std::uint64_t polled = 0;  ///< in states that take no time to leave
  std::uint64_t halted = 0;  ///< in all others
};
/// Since boot. Unknown, with the reason, where the kernel counts nothing.
Fact<IdlePeriods> read_idle_periods(int cpu, const std::filesystem::path& root = "/");

/// What a CPU did while a thread on it slept again and again.
struct IdleSample {
  Fact<IdlePeriods> periods;
  Nanoseconds wake_up{};  ///< median time from the end of a sleep to the thread running again
};
/// Takes about 20 ms. Throws std::system_error where no thread can run on that CPU.
IdleSample sample_idle(int cpu);

/// Whether a request that idle CPUs poll took hold.
struct PollingEvidence {
  std::optional<bool> took_hold;  ///< none: not known
  std::string because;            ///< what was counted or timed, or why it is not known
};
/// By the counters, else by the time that waking took before the request and under it.
PollingEvidence judge_polling(const IdleSample& before, const IdleSample& under_request);

}  // namespace kickbench::host
