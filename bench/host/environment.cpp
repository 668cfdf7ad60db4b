#include "bench/host/environment.hpp"

#include <sys/resource.h>

#include "bench/host/capabilities.hpp"
#include "bench/host/cgroup.hpp"
#include "bench/host/environment_parts.hpp"
#include "bench/host/system_files.hpp"

namespace kickbench::host {

namespace {

Fact<std::uint64_t> count_in_meminfo(const Fact<std::string>& meminfo, std::string_view key) {
  using Count = Fact<std::uint64_t>;
  const Fact<std::string> text = value_of_key(meminfo, "/proc/meminfo", key);
  if (!text) return Count::unknown(text.reason);
  const auto count = parse_count(text->substr(0, text->find(' ')));
  return count ? Count::known(*count) : Count::unknown("/proc/meminfo: '" + *text + "' is not a number");
}

}  // namespace

Build Build::current() {
#if defined(__clang__)
  const char* const compiler = "clang " __clang_version__;
#else
  const char* const compiler = "gcc " __VERSION__;
#endif
#if defined(__OPTIMIZE__)
  constexpr bool optimized = true;
#else
  constexpr bool optimized = false;
#endif
  return {KICKBENCH_VERSION, KICKBENCH_REVISION, compiler, KICKBENCH_BUILD_TYPE, KICKBENCH_SANITIZERS, optimized};
}

Environment Environment::probe(const std::filesystem::path& root) {
  Environment environment;
  probe_processor(environment, root);
  probe_power(environment, root);
  probe_kernel(environment, root);
  environment.cpu_quota_cpus = read_cpu_quota(root);
  environment.realtime_priority_limit = read_limit(RLIMIT_RTPRIO);
  environment.memlock_limit_bytes = read_limit(RLIMIT_MEMLOCK);
  environment.transparent_hugepages = read_choice(root, "/sys/kernel/mm/transparent_hugepage/enabled");
  const Fact<std::string> meminfo = read_text(root, "/proc/meminfo");
  environment.hugepages_free = count_in_meminfo(meminfo, "HugePages_Free");
  environment.hugepage_size_kib = count_in_meminfo(meminfo, "Hugepagesize");
  environment.io_uring = probe_io_uring(root);
  environment.io_uring_disabled = read_count(root, "/proc/sys/kernel/io_uring_disabled");
  environment.memfd = probe_memfd();
  environment.perf = probe_perf(root);
  environment.rapl = probe_rapl(root);
  environment.kvm = probe_kvm(root);
  environment.build = Build::current();
  return environment;
}

}  // namespace kickbench::host
