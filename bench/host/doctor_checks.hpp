// The doctor's questions, one function each.
#pragma once

#include "bench/host/doctor.hpp"

namespace kickbench::host::doctor {

// doctor_processor.cpp
Finding check_virtual_machine(const Environment& environment);
Finding check_counter(const Environment& environment, const Clock& clock);
Finding check_counter_rate(const ClockCheck& check);
Finding check_counter_cost(const Clock& clock);
Finding check_usable_cpus(const Topology& topology);
Finding check_smt(const Environment& environment, const Topology& topology);
Finding check_frequency(const Environment& environment);
Finding check_idle(const Environment& environment);

/// Why --idle poll, a latency request, does not make idle CPUs poll; empty where it does, or where they poll anyway.
std::string why_idle_poll_has_no_effect(const Environment& environment);

// doctor_kernel.cpp
Finding check_preemption(const PreemptionProbe& probe);
Finding check_steal(const Environment& environment);
Finding check_isolation(const Environment& environment, const Topology& topology);
Finding check_cpu_quota(const Environment& environment, const Topology& topology);
Finding check_load(const Environment& environment, const Topology& topology);
Finding check_competitors(const Fact<std::vector<Competitor>>& competitors);
Finding check_timer_slack(const Environment& environment);

// doctor.cpp: what works, and the build
Finding check_io_uring(const Environment& environment);
Finding check_memfd(const Environment& environment);
Finding check_perf(const Environment& environment);
Finding check_energy(const Environment& environment);
Finding check_build(const Environment& environment);

/// Two threads that measure, and the one that looks after them.
inline constexpr std::size_t threads_of_a_run = 3;

/// With a unit that suits the size: "12.3 us".
std::string in_words(Nanoseconds time);

/// "1.25", without trailing zeros beyond two decimals.
std::string in_words(double number);

}  // namespace kickbench::host::doctor
