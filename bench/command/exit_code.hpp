#pragma once

namespace kickbench::bench::command {

/// The exit codes of every command: a stable contract.
enum class ExitCode : int {
  ok = 0,
  usage = 2,         ///< usage or configuration error: nothing was measured or written
  cells_failed = 3,  ///< some cells failed, an invariant broke, or a result could not be written
  other_host = 4,    ///< a calibration of another host was refused: nothing was measured or written
  everything_skipped = 77,
  cancelled = 130,  ///< partial results are kept
};

}  // namespace kickbench::bench::command
