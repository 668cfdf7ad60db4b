#include "bench/measure/side.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <system_error>

#include "bench/host/thread.hpp"

namespace kickbench::bench::measure {
namespace {

/// A deadline missed by more than this is a preemption gap, not the cost of an item.
constexpr Nanoseconds gap_bound{10'000};

std::chrono::nanoseconds whole_ns(Nanoseconds time) { return std::chrono::nanoseconds(std::llround(time.count())); }

class ProducerSide final : public Side {
 public:
  ProducerSide(const scenario::Scenario& scenario, OwnCpu cpu, const host::Clock& clock, Link& link)
      : Side({.own = scenario.producer,
              .peer = scenario.consumer,
              .incoming = link.to_producer(),
              .outgoing = link.to_consumer(),
              .sent_by_own = link.control().signals_of_producer,
              .sent_by_peer = link.control().signals_of_consumer},
             scenario, cpu, clock, link),
        port_(make_producer_port(scenario, link.queue())) {}

 private:
  std::optional<LineReading> probe_line() override { return link_.control().probe.ping(link_.control().stop); }
  LoopEnd run_stream(SideParts& parts) override {
    return run_producer(port_, parts, link_.control().stream, link_.control().stop);
  }
  RingFault fault() const override {
    return std::visit([](const auto& port) { return port.fault(); }, port_);
  }

  AnyProducerPort port_;
};

class ConsumerSide final : public Side {
 public:
  ConsumerSide(const scenario::Scenario& scenario, OwnCpu cpu, const host::Clock& clock, Link& link)
      : Side({.own = scenario.consumer,
              .peer = scenario.producer,
              .incoming = link.to_consumer(),
              .outgoing = link.to_producer(),
              .sent_by_own = link.control().signals_of_consumer,
              .sent_by_peer = link.control().signals_of_producer},
             scenario, cpu, clock, link),
        port_(make_consumer_port(scenario, link.queue())) {}

 private:
  std::optional<LineReading> probe_line() override { return link_.control().probe.pong(link_.control().stop); }
  TickSpan ahead_of_producer() const override {
    return report_.line_before ? report_.line_before->offset.correction() : TickSpan{};
  }
  LoopEnd run_stream(SideParts& parts) override {
    report_.latencies.use_clock_ahead_by(ahead_of_producer());
    return run_consumer(port_, parts, report_.latencies, link_.control().stop);
  }
  RingFault fault() const override {
    return std::visit([](const auto& port) { return port.fault(); }, port_);
  }

  AnyConsumerPort port_;
};

}  // namespace

Side::Side(const Seat& seat, const scenario::Scenario& scenario, OwnCpu cpu, const host::Clock& clock, Link& link)
    : link_(link),
      seat_(seat),
      spin_(clock.to_ticks(scenario.spin)),
      batch_(scenario.batch),
      cpu_(cpu),
      clock_(clock) {}

void set_back(SideReport& report, TickSpan ahead) {
  const TickSpan back{-ahead.count};
  report.window.begin += back;
  report.window.end += back;
  // It may be a stamp of either side's counter: later by as much, it holds for both.
  report.record.complete_since += TickSpan{std::abs(ahead.count)};
  // All fields are named: a stamp that is added to a record does not compile until it is set back, too.
  for (std::size_t i = 0; i < report.record.signals.count(); ++i) {
    auto& [begin, end, items] = report.record.signals[i];
    begin += back;
    end += back;
  }
  for (std::size_t i = 0; i < report.record.waits.count(); ++i) {
    auto& [begin, look, signal] = report.record.waits[i];
    begin += back;
    look += back;
  }
}

void Side::run_slice() {
  report_.record.clear();
  report_.latencies.clear();
  window_.reset();
  report_.cpu = hold_cpu() == CpuHold::refused ? CpuHold::refused : CpuHold::kept;
  report_.line_before = cpu_.shared ? std::nullopt : probe_line();
  SideParts parts{.pace = make_pace(),
                  .wait = make_wait(),
                  .peer = make_peer(),
                  .batch = batch_,
                  .listener = window_,
                  .own = report_.record};
  report_.end = run_stream(parts);
  report_.fault = fault();
  report_.channel_error = link_.channel_error();
  const bool is_broken = report_.end == LoopEnd::ring_fault || report_.end == LoopEnd::out_of_order;
  if (is_broken || report_.channel_error != 0) link_.release_both();
  report_.cpu = std::max(report_.cpu, hold_cpu());
  report_.line_after = cpu_.shared || report_.end != LoopEnd::finished ? std::nullopt : probe_line();
  report_.window = window_.window();
  report_.window_opened = window_.opened();
  if (ahead_of_producer() != TickSpan{}) set_back(report_, ahead_of_producer());
}

/// Bound again where that is possible: the next slice is good.
CpuHold Side::hold_cpu() const {
  if (host::is_pinned_to(cpu_.number)) return CpuHold::kept;
  try {
    host::pin_this_thread(cpu_.number);
    return CpuHold::lost;
  } catch (const std::system_error&) {
    return CpuHold::refused;
  }
}

AnyPace Side::make_pace() const {
  if (seat_.own.work == Nanoseconds(0)) return FreePace();
  return DeadlinePace(clock_.to_ticks(seat_.own.work), clock_.to_ticks(gap_bound));
}

AnyWait Side::make_wait() {
  const StopFlag& stop = link_.control().stop;
  const auto block = [&] {
    return BlockWait(*seat_.incoming, seat_.sent_by_peer, seat_.peer.notify_threshold,
                     clock_.to_ticks(seat_.own.extra_startup), stop, report_.record);
  };
  switch (seat_.own.wait) {
    case WaitKind::poll:
      break;
    case WaitKind::sleep:
      return SleepWait(whole_ns(seat_.own.sleep), stop, report_.record);
    case WaitKind::block:
      return block();
    case WaitKind::spin_block:
      return SpinBlockWait(spin_, block(), stop, report_.record);
  }
  return PollWait(stop, report_.record);
}

AnyPeer Side::make_peer() {
  const TickSpan extra = clock_.to_ticks(seat_.own.extra_notify);
  if (seat_.outgoing == nullptr) {
    return Peer<NoNotifier>(no_notifier_, seat_.sent_by_own, extra, report_.record);
  }
  return Peer<Channel>(*seat_.outgoing, seat_.sent_by_own, extra, report_.record);
}

std::unique_ptr<Side> make_producer_side(const scenario::Scenario& scenario, OwnCpu cpu, const host::Clock& clock,
                                         Link& link) {
  return std::make_unique<ProducerSide>(scenario, cpu, clock, link);
}

std::unique_ptr<Side> make_consumer_side(const scenario::Scenario& scenario, OwnCpu cpu, const host::Clock& clock,
                                         Link& link) {
  return std::make_unique<ConsumerSide>(scenario, cpu, clock, link);
}

}  // namespace kickbench::bench::measure
