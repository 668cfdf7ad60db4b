// Where a side runs: in a thread of this process, or in a process of its own. A session does not care.
#pragma once

#include "bench/measure/broken_run.hpp"
#include "bench/measure/side.hpp"

namespace kickbench::bench::measure {

class SideHost {
 public:
  virtual ~SideHost() = default;

  /// Lets the side run one slice. done() becomes readable when it is over, or when it cannot come to an end any more.
  virtual void begin_slice() = 0;
  virtual int done() const noexcept = 0;

  /// To be called once done() is readable. What the side left behind, valid until its next slice.
  /// Throws BrokenRun if the side is gone.
  virtual const SideReport& finish_slice() = 0;

  /// Ends the system call, if any, that a side waits in which was told to stop: the notifier may be what is broken.
  virtual void interrupt() noexcept = 0;

  /// Ends a side that was told to stop and did not. Then done() becomes readable, if anything can be done about it.
  virtual void end_by_force() noexcept = 0;

  /// Where the side has the queue mapped.
  virtual const void* queue_address() const noexcept = 0;
};

}  // namespace kickbench::bench::measure
