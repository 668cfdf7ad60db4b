#include "bench/measure/session.hpp"

#include <poll.h>

#include <atomic>
#include <barrier>
#include <cmath>
#include <exception>
#include <thread>

#include "bench/measure/digest.hpp"
#include "bench/measure/interrupt.hpp"
#include "bench/measure/line_probe.hpp"
#include "bench/measure/side_run.hpp"
#include "bench/measure/window_recorder.hpp"
#include "notify/channel/eventfd.hpp"
#include "ring/shared_memory.hpp"

namespace kickbench::bench {
namespace {

/// A deadline missed by more than this is a preemption gap, not the cost of an item.
constexpr Nanoseconds gap_bound{10'000};

/// No slice of a working queue takes this much longer than planned.
constexpr Nanoseconds patience{10e9};

std::unique_ptr<Channel> make_channel(const std::string& name) { return find_notifier(name)->make(); }

std::chrono::nanoseconds whole_ns(Nanoseconds time) { return std::chrono::nanoseconds(std::llround(time.count())); }

}  // namespace

/// One side of the session: its thread's command loop is Session::Impl's, all that it needs for one stream is here.
struct SideState {
  SideState(const SideScenario& side_scenario, int cpu_number) : scenario(side_scenario), cpu(cpu_number) {}

  const SideScenario& scenario;
  int cpu;
  SideRecord record;
  WindowRecorder window{record};
  SignalCount signals_sent;  ///< by this side, to its peer
  LoopEnd end = LoopEnd::stopped;
  std::exception_ptr failure;
};

class Session::Impl {
 public:
  Impl(const Scenario& scenario, const host::Placement& placement, const host::Clock& clock)
      : scenario_(scenario),
        clock_(clock),
        one_cpu_(placement.producer_cpu == placement.consumer_cpu),
        memory_(queue_bytes(scenario)),
        producer_port_(make_producer_port(scenario, memory_.bytes())),
        consumer_port_(make_consumer_port(scenario, memory_.bytes())),
        kick_(make_channel(notifier_to_consumer(scenario))),
        interrupt_(make_channel(notifier_to_producer(scenario))),
        producer_(scenario_.producer, placement.producer_cpu),
        consumer_(scenario_.consumer, placement.consumer_cpu) {
    producer_thread_ = std::thread([this] { serve(producer_, &Impl::produce_slice); });
    consumer_thread_ = std::thread([this] { serve(consumer_, &Impl::consume_slice); });
    gate_.arrive_and_wait();  // both are pinned, or have failed
    for (const SideState* side : {&producer_, &consumer_}) {
      if (side->failure) {
        quit();
        std::rethrow_exception(side->failure);
      }
    }
  }

  ~Impl() { quit(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Slice run(const SlicePlan& plan) {
    slice_ = {};
    stream_ = {.warm_up = clock_.to_ticks(plan.warm_up),
               .measured = clock_.to_ticks(plan.measured),
               .cool_down = clock_.to_ticks(plan.cool_down)};
    for (SideState* side : {&producer_, &consumer_}) {
      side->record.clear();
      side->window.reset();
      side->signals_sent.sent.store(0, std::memory_order_relaxed);  // relaxed: the gate orders it
    }
    unfinished_.store(2, std::memory_order_relaxed);  // relaxed: the gate orders it
    gate_.arrive_and_wait();
    await(plan);
    check_ends();
    digest();
    return std::move(slice_);
  }

 private:
  using SliceFunction = void (Impl::*)();

  void serve(SideState& side, SliceFunction run_slice) {
    try {
      host::pin_this_thread(side.cpu);
      host::use_least_timer_slack();
    } catch (...) {
      side.failure = std::current_exception();
    }
    gate_.arrive_and_wait();
    for (;;) {
      gate_.arrive_and_wait();
      if (quitting_) return;
      (this->*run_slice)();
      if (unfinished_.fetch_sub(1, std::memory_order_acq_rel) == 1) done_.add_one();
    }
  }

  void produce_slice() {
    if (!one_cpu_) line_before_ = probe_.ping(stop_);
    SideParts parts{.pace = make_pace(producer_.scenario),
                    .wait = make_wait(producer_, interrupt_.get(), consumer_),
                    .peer = make_peer(producer_, kick_.get()),
                    .listener = producer_.window,
                    .own = producer_.record};
    producer_.end = run_producer(producer_port_, parts, stream_);
    if (producer_.end == LoopEnd::ring_fault) release_both();
    if (!one_cpu_ && producer_.end == LoopEnd::finished) line_after_ = probe_.ping(stop_);
  }

  void consume_slice() {
    if (!one_cpu_) probe_.pong(stop_);
    SideParts parts{.pace = make_pace(consumer_.scenario),
                    .wait = make_wait(consumer_, kick_.get(), producer_),
                    .peer = make_peer(consumer_, interrupt_.get()),
                    .listener = consumer_.window,
                    .own = consumer_.record};
    consumer_.end = run_consumer(consumer_port_, parts, slice_.latency, stop_);
    if (consumer_.end == LoopEnd::ring_fault || consumer_.end == LoopEnd::out_of_order) release_both();
    if (!one_cpu_ && consumer_.end == LoopEnd::finished) probe_.pong(stop_);
  }

  AnyPace make_pace(const SideScenario& side) const {
    if (side.work == Nanoseconds(0)) return FreePace();
    return DeadlinePace(clock_.to_ticks(side.work), clock_.to_ticks(gap_bound));
  }

  AnyWait make_wait(SideState& side, Channel* incoming, const SideState& peer) const {
    const auto block = [&] {
      return BlockWait(*incoming, peer.signals_sent, peer.scenario.notify_threshold,
                       clock_.to_ticks(side.scenario.extra_startup), stop_, side.record);
    };
    switch (side.scenario.wait) {
      case WaitKind::poll:
        break;
      case WaitKind::sleep:
        return SleepWait(whole_ns(side.scenario.sleep), stop_, side.record);
      case WaitKind::block:
        return block();
      case WaitKind::spin_block:
        return SpinBlockWait(clock_.to_ticks(scenario_.spin), block(), stop_, side.record);
    }
    return PollWait(stop_, side.record);
  }

  AnyPeer make_peer(SideState& side, Channel* outgoing) {
    const TickSpan extra = clock_.to_ticks(side.scenario.extra_notify);
    if (outgoing == nullptr) return Peer<NoNotifier>(no_notifier_, side.signals_sent, extra, side.record);
    return Peer<Channel>(*outgoing, side.signals_sent, extra, side.record);
  }

  /// Sets the stop flag and wakes whoever waits: every wait has a way out.
  void release_both() {
    stop_.request();
    if (kick_) kick_->signal();
    if (interrupt_) interrupt_->signal();
  }

  /// Until both sides are done; ends them on an interrupt or when nothing moves any more.
  void await(const SlicePlan& plan) {
    const auto& [p, c] = std::pair(scenario_.producer, scenario_.consumer);
    const Nanoseconds drain =
        (p.work + c.work + p.sleep + c.sleep + p.extra_notify + c.extra_notify + p.extra_startup + c.extra_startup) *
        (slot_count(scenario_) + 2.0);
    const TickTime deadline =
        read_ticks() + clock_.to_ticks(plan.warm_up + plan.measured + plan.cool_down + drain + patience);
    pollfd watched[] = {{.fd = done_.get(), .events = POLLIN, .revents = 0},
                        {.fd = interrupt_fd(), .events = POLLIN, .revents = 0}};
    for (;;) {
      poll(watched, stop_.requested() ? 1 : 2, 100);
      if ((watched[0].revents & POLLIN) != 0) {
        done_.take();
        return;
      }
      stalled_ = stalled_ || read_ticks() > deadline;
      if (stalled_ || interrupt_requested()) release_both();
    }
  }

  void check_ends() const {
    if (interrupt_requested()) throw Interrupted();
    if (stalled_) {
      throw BrokenRun("nothing moves any more: a wake-up was lost, or a thread did not run for 10 s (producer " +
                      std::to_string(producer_.record.counters.blocked_waits) + " waits, consumer " +
                      std::to_string(consumer_.record.counters.blocked_waits) + " waits so far)");
    }
    for (const SideState* side : {&producer_, &consumer_}) {
      if (side->end == LoopEnd::out_of_order) throw BrokenRun("an item was lost, duplicated or reordered");
      if (side->end == LoopEnd::ring_fault) {
        throw BrokenRun(std::string("the ring is broken: ") + std::string(describe(fault_of(side))));
      }
    }
    if (!producer_.window.opened() || !consumer_.window.opened()) {
      throw BrokenRun("the consumer never saw the measured window begin: it did not run for all of the slice");
    }
  }

  RingFault fault_of(const SideState* side) const {
    const auto fault = [](const auto& port) { return port.fault(); };
    return side == &producer_ ? std::visit(fault, producer_port_) : std::visit(fault, consumer_port_);
  }

  void digest() {
    const auto in_ns = [&](std::optional<TickSpan> span) {
      return span ? std::optional(clock_.to_ns(*span)) : std::nullopt;
    };
    slice_.line_before = in_ns(line_before_);
    slice_.line_after = in_ns(line_after_);
    slice_.producer = producer_.window.window();
    slice_.consumer = consumer_.window.window();
    slice_.kicks = digest_notifications(producer_.record, slice_.producer, consumer_.record, clock_);
    slice_.interrupts = digest_notifications(consumer_.record, slice_.consumer, producer_.record, clock_);
    if (scenario_.producer.wait == WaitKind::sleep) {
      slice_.producer_sleeps = digest_sleeps(producer_.record, slice_.producer, clock_);
    }
    if (scenario_.consumer.wait == WaitKind::sleep) {
      slice_.consumer_sleeps = digest_sleeps(consumer_.record, slice_.consumer, clock_);
    }
    slice_.stops = digest_stops(producer_.record, consumer_.record, slice_.producer);
  }

  void quit() {
    if (!producer_thread_.joinable()) return;
    quitting_ = true;
    gate_.arrive_and_wait();
    producer_thread_.join();
    consumer_thread_.join();
  }

  Scenario scenario_;
  const host::Clock& clock_;
  bool one_cpu_;
  SharedMemory memory_;
  AnyProducerPort producer_port_;
  AnyConsumerPort consumer_port_;
  std::unique_ptr<Channel> kick_;
  std::unique_ptr<Channel> interrupt_;
  NoNotifier no_notifier_;
  StopFlag stop_;
  LineProbe probe_;
  SideState producer_;
  SideState consumer_;
  StreamPlan stream_{};
  Slice slice_;
  std::optional<TickSpan> line_before_;
  std::optional<TickSpan> line_after_;
  std::barrier<> gate_{3};
  std::atomic<int> unfinished_{0};
  EventFd done_;
  bool quitting_ = false;
  bool stalled_ = false;
  std::thread producer_thread_;
  std::thread consumer_thread_;
};

Session::Session(const Scenario& scenario, const host::Placement& placement, const host::Clock& clock)
    : impl_(std::make_unique<Impl>(scenario, placement, clock)) {}
Session::~Session() = default;
Slice Session::run(const SlicePlan& plan) { return impl_->run(plan); }

}  // namespace kickbench::bench
