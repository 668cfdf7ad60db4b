#include <array>
#include <nlohmann/json.hpp>

#include "bench/host/environment.hpp"

namespace kickbench::host {

namespace {

using Json = nlohmann::json;

template <class T>
void put(Json& json, const std::string& key, const Fact<T>& fact) {
  if (fact) {
    json[key] = *fact;
  } else {
    json[key] = nullptr;
    json["absent"][key] = fact.reason;
  }
}

// A capability is yes, or no with the reason.
void put(Json& json, const std::string& key, const Capability& capability) {
  json[key] = capability.available;
  if (!capability.available) json["absent"][key] = capability.reason;
}

void put_processor(Json& json, const Environment& environment) {
  put(json, "cpu_model", environment.cpu_model);
  put(json, "cpu_vendor", environment.cpu_vendor);
  put(json, "cpu_signature", environment.cpu_signature);
  put(json, "topology", environment.topology);
  put(json, "online_cpus", environment.online_cpus);
  put(json, "usable_cpus", environment.usable_cpus);
  put(json, "smt_active", environment.smt_active);
  put(json, "hypervisor", environment.hypervisor);
  put(json, "machine", environment.machine);
}

void put_kernel(Json& json, const Environment& environment) {
  put(json, "kernel_release", environment.kernel_release);
  put(json, "preemption_model", environment.preemption_model);
  put(json, "clocksource", environment.clocksource);
  put(json, "available_clocksources", environment.available_clocksources);
  put(json, "isolated_cpus", environment.isolated_cpus);
  put(json, "nohz_full_cpus", environment.nohz_full_cpus);
  put(json, "steal_ticks", environment.steal_ticks);
  put(json, "cpu_ticks", environment.cpu_ticks);
  put(json, "timer_slack_ns", environment.timer_slack_ns);
  put(json, "load_average", environment.load_average);
}

void put_power(Json& json, const Environment& environment) {
  put(json, "cpufreq_driver", environment.cpufreq_driver);
  put(json, "cpufreq_governor", environment.cpufreq_governor);
  put(json, "turbo", environment.turbo);
  put(json, "cpuidle_driver", environment.cpuidle_driver);
  put(json, "cpuidle_governor", environment.cpuidle_governor);
  put(json, "idle_states", environment.idle_states);
  put(json, "haltpoll", environment.haltpoll);
  put(json, "boot_idle_poll", environment.boot_idle_poll);
  put(json, "cpu_dma_latency_us", environment.cpu_dma_latency_us);
  put(json, "cpu_dma_latency", environment.cpu_dma_latency);
}

void put_limits(Json& json, const Environment& environment) {
  put(json, "cpu_quota_cpus", environment.cpu_quota_cpus);
  put(json, "realtime_priority_limit", environment.realtime_priority_limit);
  put(json, "memlock_limit_bytes", environment.memlock_limit_bytes);
  put(json, "transparent_hugepages", environment.transparent_hugepages);
  put(json, "hugepages_free", environment.hugepages_free);
  put(json, "hugepage_size_kib", environment.hugepage_size_kib);
  put(json, "io_uring", environment.io_uring);
  put(json, "io_uring_disabled", environment.io_uring_disabled);
  put(json, "memfd", environment.memfd);
  put(json, "perf", environment.perf);
  put(json, "rapl", environment.rapl);
  put(json, "kvm", environment.kvm);
}

// FNV-1a, 64 bits: nobody attacks a fingerprint, and it must not change with the standard library.
class StableHash {
 public:
  void add(std::string_view text) {
    for (const char byte : text) add_byte(static_cast<unsigned char>(byte));
    add_byte(0);  // "ab","c" is not "a","bc"
  }

  std::string hexadecimal() const {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (int shift = 60; shift >= 0; shift -= 4) text += digits[(state_ >> static_cast<unsigned>(shift)) & 0xF];
    return text;
  }

 private:
  void add_byte(unsigned char byte) {
    state_ ^= byte;
    state_ *= 0x100000001b3U;
  }

  std::uint64_t state_ = 0xcbf29ce484222325U;
};

}  // namespace

static void to_json(Json& json, const IdleState& state) {
  json = {{"name", state.name}, {"exit_latency_us", state.exit_latency_us}, {"disabled", state.disabled}};
}

static void to_json(Json& json, const Build& build) {
  json = {{"version", build.version}, {"revision", build.revision},     {"compiler", build.compiler},
          {"type", build.type},       {"sanitizers", build.sanitizers}, {"optimized", build.optimized}};
}

Json to_json(const Environment& environment) {
  Json json = Json::object();
  put_processor(json, environment);
  put_kernel(json, environment);
  put_power(json, environment);
  put_limits(json, environment);
  json["build"] = environment.build;
  json["fingerprint"] = fingerprint(environment);
  return json;
}

std::string fingerprint(const Environment& environment) {
  StableHash hash;
  for (const Fact<std::string>* fact :
       {&environment.cpu_model, &environment.cpu_signature, &environment.topology, &environment.kernel_release,
        &environment.hypervisor, &environment.cpuidle_driver, &environment.cpuidle_governor}) {
    hash.add(fact->value.value_or("?"));
  }
  hash.add(environment.build.compiler);
  hash.add(environment.build.type);
  hash.add(environment.build.sanitizers);
  return hash.hexadecimal();
}

}  // namespace kickbench::host
