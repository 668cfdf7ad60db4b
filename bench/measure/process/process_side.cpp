#include "bench/measure/process/process_side.hpp"

#include <chrono>

#include "bench/measure/process/messages.hpp"
#include "bench/measure/process/side_process.hpp"

namespace kickbench::bench::measure {
namespace {

/// Far longer than a process takes to start, or to answer.
constexpr std::chrono::seconds answer_limit{10};

/// Far longer than a process takes to end that was told to.
constexpr std::chrono::seconds end_limit{1};

}  // namespace

ProcessSide::ProcessSide(const scenario::Scenario& scenario, const host::Placement& placement, const host::Clock& clock,
                         Link& link)
    : ProcessSide(scenario, placement, clock, link, PeerSocket::make_pair()) {}

ProcessSide::ProcessSide(const scenario::Scenario& scenario, const host::Placement& placement, const host::Clock& clock,
                         Link& link, std::pair<PeerSocket, Descriptor> ends)
    : socket_(std::move(ends.first)), process_(side_process_command, std::move(ends.second)) {
  socket_.limit_waits(answer_limit);
  Readiness readiness;
  try {
    send_set_up(socket_,
                {.scenario = scenario,
                 .cpu = placement.consumer_cpu,
                 .one_cpu = placement.producer_cpu == placement.consumer_cpu,
                 .ticks_per_ns = clock.ticks_per_ns(),
                 .queue_address = reinterpret_cast<std::uintptr_t>(link.queue().data())},
                link.share());
    receive(socket_, readiness);
  } catch (const PeerGone& gone) {
    report_loss(gone);
  }
  if (!readiness.error.empty()) throw std::runtime_error("the consumer's process: " + readiness.error);
  queue_address_ = readiness.queue_address;
}

ProcessSide::~ProcessSide() {
  socket_.hang_up();
  process_.ends_within(end_limit);  // else its destructor sees to it
}

void ProcessSide::begin_slice() {
  try {
    socket_.send({});
  } catch (const PeerGone&) {
    // done() is readable now: finish_slice() says how it ended.
  }
}

const SideReport& ProcessSide::finish_slice() {
  try {
    receive(socket_, report_);
  } catch (const PeerGone& gone) {
    report_loss(gone);
  } catch (const std::length_error& malformed) {
    process_.kill();
    throw BrokenRun("the consumer's process sent a malformed report: " + std::string(malformed.what()));
  }
  return report_;
}

void ProcessSide::report_loss(const PeerGone& gone) {
  const bool ended = process_.ends_within(end_limit);
  process_.kill();
  const std::string how = process_.end();
  throw BrokenRun("the consumer's process is lost: it " + (ended ? how : gone.what()));
}

}  // namespace kickbench::bench::measure
