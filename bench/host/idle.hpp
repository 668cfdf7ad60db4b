// The idle state of CPUs as an axis of measurement: waking a CPU that has halted costs several times what it costs to
// wake one that polls.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

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

}  // namespace kickbench::host
