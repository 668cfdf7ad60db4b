// One side of a session at work: one stream after the other, each from a cold start, on whatever thread calls it.
#pragma once

#include <memory>
#include <optional>

#include "bench/host/clock.hpp"
#include "bench/measure/link.hpp"
#include "bench/measure/side_run.hpp"
#include "bench/measure/window_recorder.hpp"
#include "bench/scenario/scenario.hpp"

namespace kickbench::bench::measure {

/// The CPU that a side runs on.
struct OwnCpu {
  int number = -1;
  bool shared = false;  ///< with the other side
};

/// Whether a side stayed on its CPU for a slice.
enum class CpuHold : std::uint8_t {
  kept,
  lost,    ///< its CPU set was changed from outside; it has been bound again
  refused  ///< the same, and it cannot be bound again
};

/// What a side leaves behind after a slice.
struct SideReport {
  SideRecord record;
  SideWindow window;
  bool window_opened = false;
  LoopEnd end = LoopEnd::stopped;
  RingFault fault = RingFault::none;
  CpuHold cpu = CpuHold::kept;
  int channel_error = 0;                   ///< of either notifier, as this side's process saw it; errno
  std::optional<LineReading> line_before;  ///< where the sides do not share a CPU
  std::optional<LineReading> line_after;
  Latencies latencies;  ///< of the consumer
};

/// Takes all stamps of a side, whose counter is ahead by so much, to the clock of the other side; but for the
/// latencies, which are taken that way (Latencies::use_clock_ahead_by).
void set_back(SideReport& report, TickSpan ahead);

class Side {
 public:
  virtual ~Side() = default;
  Side(const Side&) = delete;
  Side& operator=(const Side&) = delete;

  /// Runs the slice that the control block describes, from line probe to line probe. The peer must run its own at the
  /// same time; the stop flag ends it early. A side that cannot go on releases both.
  void run_slice();

  /// Of the last slice.
  const SideReport& report() const noexcept { return report_; }
  /// Where this process has the queue mapped.
  const void* queue_address() const noexcept { return link_.queue().data(); }

 protected:
  /// What tells one side from the other. All but `own` and `peer` is shared.
  struct Seat {
    const scenario::SideScenario& own;
    const scenario::SideScenario& peer;
    Channel* incoming;
    Channel* outgoing;
    SignalCount& sent_by_own;
    const SignalCount& sent_by_peer;
  };
  Side(const Seat& seat, const scenario::Scenario& scenario, OwnCpu cpu, const host::Clock& clock, Link& link);

  virtual std::optional<LineReading> probe_line() = 0;
  /// By how much this side's counter is certain to be ahead of the producer's.
  virtual TickSpan ahead_of_producer() const { return {}; }
  virtual LoopEnd run_stream(SideParts& parts) = 0;
  virtual RingFault fault() const = 0;

  Link& link_;
  SideReport report_;

 private:
  CpuHold hold_cpu() const;
  AnyPace make_pace() const;
  AnyWait make_wait();
  AnyPeer make_peer();

  Seat seat_;
  TickSpan spin_;
  std::uint32_t batch_;
  OwnCpu cpu_;
  const host::Clock& clock_;
  NoNotifier no_notifier_;
  WindowRecorder window_{report_.record, link_.control().first_window_begin};
};

/// `scenario`, `clock` and `link` outlive the side. Throws what the ring refuses.
std::unique_ptr<Side> make_producer_side(const scenario::Scenario& scenario, OwnCpu cpu, const host::Clock& clock,
                                         Link& link);
std::unique_ptr<Side> make_consumer_side(const scenario::Scenario& scenario, OwnCpu cpu, const host::Clock& clock,
                                         Link& link);

}  // namespace kickbench::bench::measure
