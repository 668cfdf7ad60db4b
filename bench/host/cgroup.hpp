// The CPU bandwidth that the cgroups of this process leave it.
#pragma once

#include <filesystem>

#include "bench/host/fact.hpp"

namespace kickbench::host {

/// The reason that read_cpu_quota gives where nothing limits the process.
inline constexpr const char* no_cpu_quota = "no quota is set";

/// The tightest quota on the way from the process's cgroup to the root, in CPUs (1.5: 150 ms per 100 ms).
/// Unknown with the reason no_cpu_quota where nothing limits it. Understands cgroup v2 (cpu.max) and v1 (cfs).
Fact<double> read_cpu_quota(const std::filesystem::path& root);

}  // namespace kickbench::host
