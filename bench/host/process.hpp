// What a process takes for granted about itself, made true before anything else runs.
#pragma once

namespace kickbench::host {

/// To be called first. A write that cannot be done returns an error instead of killing the process, whether its reader
/// is gone (SIGPIPE) or the file-size limit is reached (SIGXFSZ): what was measured can then be kept, and the error
/// reported. Descriptors 0 to 2 that were closed at start are taken, so that no file of ours lands there and receives
/// what is printed; writing to them still fails.
void prepare_process() noexcept;

}  // namespace kickbench::host
