#pragma once

#include "bench/host/topology.hpp"
#include "bench/measure/process/child_process.hpp"
#include "bench/measure/process/peer_socket.hpp"
#include "bench/measure/side_host.hpp"

namespace kickbench::bench::measure {

/// The consumer's side on a pinned thread of another process, which is this binary started again (side_process.hpp).
class ProcessSide final : public SideHost {
 public:
  /// Returns when the other process has the link and its thread is pinned. Throws std::system_error where this process
  /// is refused something, std::runtime_error where the other is, BrokenRun when that process ends.
  ProcessSide(const scenario::Scenario& scenario, const host::Placement& placement, const host::Clock& clock,
              Link& link);
  ~ProcessSide() override;
  ProcessSide(const ProcessSide&) = delete;
  ProcessSide& operator=(const ProcessSide&) = delete;

  void begin_slice() override;
  int done() const noexcept override { return socket_.descriptor(); }
  const SideReport& finish_slice() override;
  void interrupt() noexcept override {}  // the other process does so itself
  void end_by_force() noexcept override { process_.kill(); }
  const void* queue_address() const noexcept override { return reinterpret_cast<const void*>(queue_address_); }

 private:
  ProcessSide(const scenario::Scenario& scenario, const host::Placement& placement, const host::Clock& clock,
              Link& link, std::pair<PeerSocket, Descriptor> ends);

  /// Throws BrokenRun that says how the process ended.
  [[noreturn]] void report_loss(const PeerGone& gone);

  PeerSocket socket_;
  ChildProcess process_;
  std::uintptr_t queue_address_ = 0;
  SideReport report_;
};

}  // namespace kickbench::bench::measure
