// The parts of Environment::probe(), each a file of its own.
#pragma once

#include <filesystem>

#include "bench/host/environment.hpp"

namespace kickbench::host {

/// CPU, topology, hypervisor and firmware.
void probe_processor(Environment& environment, const std::filesystem::path& root);

/// Frequency and idle control.
void probe_power(Environment& environment, const std::filesystem::path& root);

/// Scheduler, clock source, isolation, load.
void probe_kernel(Environment& environment, const std::filesystem::path& root);

}  // namespace kickbench::host
