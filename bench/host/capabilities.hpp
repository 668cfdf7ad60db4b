// What the kernel grants this process, found out by asking for it.
#pragma once

#include <cstdint>
#include <filesystem>

#include "bench/host/fact.hpp"

namespace kickbench::host {

/// Sets up an io_uring and has it do nothing once; a refusal carries the error and the sysctl that explains it.
Capability probe_io_uring(const std::filesystem::path& root);

/// Makes an anonymous file in memory that cannot be made smaller.
Capability probe_memfd();

/// Counts the CPU cycles of a short loop with perf events.
Capability probe_perf(const std::filesystem::path& root);

/// Reads the packages' energy counters (RAPL).
Capability probe_rapl(const std::filesystem::path& root);

/// Opens /dev/kvm.
Capability probe_kvm(const std::filesystem::path& root);

/// Opens /dev/cpu_dma_latency for writing, which asks nothing of the kernel until a number is written.
Capability probe_cpu_dma_latency(const std::filesystem::path& root);

/// The latency that idle CPUs must keep by the requests of all processes, in us; 2'000'000'000 when nobody asks.
Fact<std::uint64_t> read_cpu_dma_latency_us(const std::filesystem::path& root);

/// A soft resource limit (RLIMIT_*); unknown with the reason "unlimited" where there is none.
Fact<std::uint64_t> read_limit(int resource);

}  // namespace kickbench::host
