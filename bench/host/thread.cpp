#include "bench/host/thread.hpp"

#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cerrno>
#include <ctime>
#include <memory>
#include <string>
#include <system_error>

namespace kickbench::host {

namespace {

struct FreeCpuSet {
  void operator()(cpu_set_t* set) const { CPU_FREE(set); }
};

}  // namespace

void pin_this_thread(int cpu) {
  const std::string what = "cannot pin a thread to CPU " + std::to_string(cpu);
  if (cpu < 0) throw std::system_error(EINVAL, std::generic_category(), what);
  // A set sized for this CPU: a plain cpu_set_t ends at 1024.
  const auto index = static_cast<std::size_t>(cpu);
  const std::unique_ptr<cpu_set_t, FreeCpuSet> set(CPU_ALLOC(index + 1));
  if (!set) throw std::system_error(ENOMEM, std::generic_category(), what);
  const std::size_t size = CPU_ALLOC_SIZE(index + 1);
  CPU_ZERO_S(size, set.get());
  CPU_SET_S(index, size, set.get());
  if (sched_setaffinity(0, size, set.get()) != 0) throw std::system_error(errno, std::generic_category(), what);
}

bool is_pinned_to(int cpu) {
  // The kernel wants room for every CPU that it could ever have.
  constexpr std::size_t most_cpus = 1U << 15U;
  const std::unique_ptr<cpu_set_t, FreeCpuSet> set(CPU_ALLOC(most_cpus));
  const std::size_t size = CPU_ALLOC_SIZE(most_cpus);
  if (!set || sched_getaffinity(0, size, set.get()) != 0) return false;
  return CPU_COUNT_S(size, set.get()) == 1 && CPU_ISSET_S(static_cast<std::size_t>(cpu), size, set.get()) &&
         sched_getcpu() == cpu;
}

void use_least_timer_slack() {
  if (prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL) != 0) {
    throw std::system_error(errno, std::generic_category(), "cannot set the timer slack of a thread to 1 ns");
  }
}

Nanoseconds this_thread_cpu_time() {
  timespec used{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return Nanoseconds(static_cast<double>(used.tv_sec) * 1e9 + static_cast<double>(used.tv_nsec));
}

SchedulingCounts this_thread_scheduling() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  return {static_cast<std::uint64_t>(usage.ru_nvcsw), static_cast<std::uint64_t>(usage.ru_nivcsw)};
}

}  // namespace kickbench::host
