#include "bench/measure/side.hpp"

#include <chrono>
#include <cmath>

namespace kickbench::bench::measure {
namespace {

/// A deadline missed by more than this is a preemption gap, not the cost of an item.
constexpr Nanoseconds gap_bound{10'000};

std::chrono::nanoseconds whole_ns(Nanoseconds time) { return std::chrono::nanoseconds(std::llround(time.count())); }

class ProducerSide final : public Side {
 public:
  ProducerSide(const scenario::Scenario& scenario, bool one_cpu, const host::Clock& clock, Link& link)
      : Side({.own = scenario.producer,
              .peer = scenario.consumer,
              .incoming = link.to_producer(),
              .outgoing = link.to_consumer(),
              .sent_by_own = link.control().signals_of_producer,
              .sent_by_peer = link.control().signals_of_consumer},
             scenario, one_cpu, clock, link),
        port_(make_producer_port(scenario, link.queue())) {}

 private:
  std::optional<TickSpan> probe_line() override { return link_.control().probe.ping(link_.control().stop); }
  LoopEnd run_stream(SideParts& parts) override { return run_producer(port_, parts, link_.control().stream); }
  RingFault fault() const override {
    return std::visit([](const auto& port) { return port.fault(); }, port_);
  }

  AnyProducerPort port_;
};

class ConsumerSide final : public Side {
 public:
  ConsumerSide(const scenario::Scenario& scenario, bool one_cpu, const host::Clock& clock, Link& link)
      : Side({.own = scenario.consumer,
              .peer = scenario.producer,
              .incoming = link.to_consumer(),
              .outgoing = link.to_producer(),
              .sent_by_own = link.control().signals_of_consumer,
              .sent_by_peer = link.control().signals_of_producer},
             scenario, one_cpu, clock, link),
        port_(make_consumer_port(scenario, link.queue())) {}

 private:
  std::optional<TickSpan> probe_line() override {
    link_.control().probe.pong(link_.control().stop);
    return std::nullopt;
  }
  LoopEnd run_stream(SideParts& parts) override {
    return run_consumer(port_, parts, report_.latencies, link_.control().stop);
  }
  RingFault fault() const override {
    return std::visit([](const auto& port) { return port.fault(); }, port_);
  }

  AnyConsumerPort port_;
};

}  // namespace

Side::Side(const Seat& seat, const scenario::Scenario& scenario, bool one_cpu, const host::Clock& clock, Link& link)
    : link_(link),
      seat_(seat),
      spin_(clock.to_ticks(scenario.spin)),
      batch_(scenario.batch),
      one_cpu_(one_cpu),
      clock_(clock) {}

void Side::run_slice() {
  report_.record.clear();
  report_.latencies.clear();
  window_.reset();
  report_.line_before = one_cpu_ ? std::nullopt : probe_line();
  SideParts parts{.pace = make_pace(),
                  .wait = make_wait(),
                  .peer = make_peer(),
                  .batch = batch_,
                  .listener = window_,
                  .own = report_.record};
  report_.end = run_stream(parts);
  report_.fault = fault();
  if (report_.end == LoopEnd::ring_fault || report_.end == LoopEnd::out_of_order) link_.release_both();
  report_.line_after = one_cpu_ || report_.end != LoopEnd::finished ? std::nullopt : probe_line();
  report_.window = window_.window();
  report_.window_opened = window_.opened();
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

std::unique_ptr<Side> make_producer_side(const scenario::Scenario& scenario, bool one_cpu, const host::Clock& clock,
                                         Link& link) {
  return std::make_unique<ProducerSide>(scenario, one_cpu, clock, link);
}

std::unique_ptr<Side> make_consumer_side(const scenario::Scenario& scenario, bool one_cpu, const host::Clock& clock,
                                         Link& link) {
  return std::make_unique<ConsumerSide>(scenario, one_cpu, clock, link);
}

}  // namespace kickbench::bench::measure
