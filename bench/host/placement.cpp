// Where the two threads go: a choice among the usable CPUs, free of hwloc.
#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "bench/host/cpu_list.hpp"
#include "bench/host/topology.hpp"

namespace kickbench::host {

namespace {

using Cpus = std::vector<UsableCpu>;

// The nearest thing that two CPUs share. Every pair has exactly one, so that no two placements mean the same pair.
enum class Relation { same_core, smt, l2, l3, numa, socket };

struct Named {
  Relation relation;
  const char* name;
  const char* description;
  const char* absence;  // why a host may have no such pair
};

constexpr std::array<Named, 6> named_relations{{
    {Relation::same_core, "same-core", "both threads take turns on one CPU", "no CPU is usable"},
    {Relation::smt, "smt", "two hardware threads of one core",
     "no two usable CPUs are hardware threads of one core (SMT is off or hidden, or the siblings are not usable)"},
    {Relation::l2, "l2", "different cores that share an L2 cache", "no two usable cores share an L2 cache"},
    {Relation::l3, "l3", "different cores that share an L3 cache but no L2",
     "no two usable cores share an L3 cache without sharing an L2 as well"},
    {Relation::numa, "numa", "different cores of one NUMA node that share no L2 or L3 cache",
     "no two usable cores of one NUMA node are without a shared cache"},
    {Relation::socket, "socket", "different NUMA nodes or packages, without a shared cache",
     "all usable CPUs belong to one NUMA node and package, or share a cache across them"},
}};

const Named& named(Relation relation) { return named_relations[static_cast<std::size_t>(relation)]; }

bool shared(int a, int b) { return a == b && a != -1; }

Relation relation_of(const UsableCpu& a, const UsableCpu& b) {
  if (a.number == b.number) return Relation::same_core;
  if (shared(a.core, b.core)) return Relation::smt;
  if (shared(a.l2, b.l2)) return Relation::l2;
  if (shared(a.l3, b.l3)) return Relation::l3;
  if (a.numa_node == b.numa_node && a.package == b.package) return Relation::numa;
  return Relation::socket;
}

// The CPU with the lowest number takes most interrupts and the kernel's own work.
const UsableCpu& busiest(const Cpus& cpus) {
  return *std::min_element(cpus.begin(), cpus.end(),
                           [](const UsableCpu& a, const UsableCpu& b) { return a.number < b.number; });
}

// Its hardware siblings feel that too.
int disturbance_of(const UsableCpu& cpu, const UsableCpu& busy) {
  if (cpu.number == busy.number) return 2;
  return shared(cpu.core, busy.core) ? 1 : 0;
}

using Pair = std::pair<const UsableCpu*, const UsableCpu*>;

std::optional<Pair> quietest_pair(const Cpus& cpus, Relation relation) {
  const UsableCpu& busy = busiest(cpus);
  std::optional<Pair> best;
  int least = 0;
  for (auto producer = cpus.begin(); producer != cpus.end(); ++producer) {
    for (auto consumer = producer; consumer != cpus.end(); ++consumer) {
      const int disturbance = disturbance_of(*producer, busy) + disturbance_of(*consumer, busy);
      if ((best && disturbance >= least) || relation_of(*producer, *consumer) != relation) continue;
      best = Pair{&*producer, &*consumer};
      least = disturbance;
    }
  }
  return best;
}

std::string numbers_of(const Cpus& cpus) {
  std::vector<int> numbers;
  for (const UsableCpu& cpu : cpus) numbers.push_back(cpu.number);
  return format_cpu_list(std::move(numbers));
}

Placement place_automatically(const Cpus& cpus) {
  // An L3 is what most cores share in practice. Two hardware threads of one core come last although they are nearest:
  // they slow each other down, which is no cost of synchronisation.
  for (const Relation relation : {Relation::l3, Relation::l2, Relation::numa, Relation::socket, Relation::smt}) {
    const auto pair = quietest_pair(cpus, relation);
    if (!pair) continue;
    std::string reason = std::string("auto: ") + named(relation).description;
    if (relation != Relation::l3) reason += std::string(", because ") + named(Relation::l3).absence;
    const int busy = busiest(cpus).number;
    const bool avoided = pair->first->number != busy && pair->second->number != busy;
    reason += (avoided ? "; avoids CPU " : "; no such pair avoids CPU ") + std::to_string(busy) +
              ", which takes most interrupts";
    return {pair->first->number, pair->second->number, named(relation).name, std::move(reason)};
  }
  throw PlacementError("no pair among the usable CPUs " + numbers_of(cpus));
}

Placement place_named(const Cpus& cpus, const Named& wanted) {
  if (const auto pair = quietest_pair(cpus, wanted.relation)) {
    return {pair->first->number, pair->second->number, wanted.name, wanted.description};
  }
  std::string available;
  for (const Named& other : named_relations) {
    if (!quietest_pair(cpus, other.relation)) continue;
    if (!available.empty()) available += ", ";
    available += other.name;
  }
  throw PlacementUnavailable("placement '" + std::string(wanted.name) + "' is not on this host: " + wanted.absence +
                             "; usable CPUs: " + numbers_of(cpus) + "; available: " + available);
}

const UsableCpu& cpu_numbered(const Cpus& cpus, std::string_view number, const std::string& request) {
  int wanted = -1;
  const char* const end = number.data() + number.size();
  const auto [stop, error] = std::from_chars(number.data(), end, wanted);
  if (error != std::errc{} || stop != end || wanted < 0) {
    throw PlacementError(
        "placement '" + request + "': '" + std::string(number) +
        "' is not a CPU number; write the producer's and the consumer's CPU as P,C; usable CPUs: " + numbers_of(cpus));
  }
  const auto found = std::find_if(cpus.begin(), cpus.end(), [=](const UsableCpu& c) { return c.number == wanted; });
  if (found == cpus.end()) {
    throw PlacementUnavailable("placement '" + request + "': CPU " + std::to_string(wanted) +
                               " is not usable by this process; usable CPUs: " + numbers_of(cpus) +
                               "; if the machine has that CPU, taskset or the cpuset of the cgroup makes it usable");
  }
  return *found;
}

Placement place_numbers(const Cpus& cpus, const std::string& request) {
  const std::string_view text = request;
  const std::size_t comma = text.find(',');
  const UsableCpu& producer = cpu_numbered(cpus, text.substr(0, comma), request);
  const UsableCpu& consumer = cpu_numbered(cpus, text.substr(comma + 1), request);
  return {producer.number, consumer.number, std::to_string(producer.number) + ',' + std::to_string(consumer.number),
          std::string("as requested: ") + named(relation_of(producer, consumer)).description};
}

std::string too_few(const Cpus& cpus) {
  const std::string have = cpus.empty() ? "none" : "only CPU " + numbers_of(cpus);
  return "two usable CPUs are needed, and this process may use " + have +
         ": widen its CPU set (taskset, the cpuset of the cgroup or container), or give the machine a second CPU";
}

}  // namespace

Placement Topology::place(std::string_view request) const {
  if (cpus_.size() < 2) throw TooFewCpus(too_few(cpus_));
  if (request == "auto") return place_automatically(cpus_);
  if (request.find(',') != std::string_view::npos) return place_numbers(cpus_, std::string(request));
  std::string names = "auto";
  for (const Named& candidate : named_relations) {
    if (candidate.name == request) return place_named(cpus_, candidate);
    names += std::string(", ") + candidate.name;
  }
  throw PlacementError("placement '" + std::string(request) + "' is unknown; valid are " + names +
                       ", or two CPU numbers P,C such as 2,3");
}

std::vector<PlacementOption> Topology::options() const {
  const bool enough = cpus_.size() >= 2;
  const std::string lack = enough ? "" : too_few(cpus_);
  std::vector<PlacementOption> all;
  all.push_back({"auto", "different cores that share an L3 cache, else the nearest different cores there are", enough,
                 lack, enough ? std::optional(place_automatically(cpus_)) : std::nullopt});
  for (const Named& candidate : named_relations) {
    const bool available = enough && quietest_pair(cpus_, candidate.relation);
    all.push_back({candidate.name, candidate.description, available,
                   available ? ""
                   : enough  ? candidate.absence
                             : lack,
                   available ? std::optional(place_named(cpus_, candidate)) : std::nullopt});
  }
  all.push_back({"P,C", "the producer's and the consumer's CPU number, out of " + numbers_of(cpus_), enough, lack, {}});
  return all;
}

}  // namespace kickbench::host
