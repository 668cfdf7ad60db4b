// Where the two threads go: a choice among the usable CPUs, free of hwloc.
#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <tuple>
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

struct Pair {
  const UsableCpu* producer;
  const UsableCpu* consumer;

  bool mixed() const { return producer->kind != consumer->kind; }
};

/// Which of two pairs is better: of one kind before two kinds, then the faster kind, then the one that is less
/// disturbed.
std::tuple<bool, int, int> cost_of(const Pair& pair, const UsableCpu& busy) {
  return {pair.mixed(), -std::min(pair.producer->kind, pair.consumer->kind),
          disturbance_of(*pair.producer, busy) + disturbance_of(*pair.consumer, busy)};
}

/// With `kind`: among the CPUs of that kind only.
std::optional<Pair> best_pair(const Cpus& cpus, Relation relation, std::optional<int> kind = std::nullopt) {
  const UsableCpu& busy = busiest(cpus);
  const auto counts = [&](const UsableCpu& cpu) { return !kind || cpu.kind == *kind; };
  std::optional<Pair> best;
  for (auto producer = cpus.begin(); producer != cpus.end(); ++producer) {
    for (auto consumer = producer; consumer != cpus.end(); ++consumer) {
      if (!counts(*producer) || !counts(*consumer) || relation_of(*producer, *consumer) != relation) continue;
      const Pair pair{&*producer, &*consumer};
      if (!best || cost_of(pair, busy) < cost_of(*best, busy)) best = pair;
    }
  }
  return best;
}

/// What there is to say of the kinds of a pair: nothing where all CPUs are alike.
std::string kinds_text(const Pair& pair, const std::vector<std::string>& kind_names) {
  const auto name = [&](int kind) {
    return kind < 0 ? std::string("unknown") : kind_names.at(static_cast<std::size_t>(kind));
  };
  if (kind_names.empty()) return "";
  if (!pair.mixed()) return "; both CPUs are of kind " + name(pair.producer->kind);
  return "; the CPUs are of different kinds: the producer's " + name(pair.producer->kind) + ", the consumer's " +
         name(pair.consumer->kind);
}

std::string numbers_of(const Cpus& cpus) {
  std::vector<int> numbers;
  for (const UsableCpu& cpu : cpus) numbers.push_back(cpu.number);
  return format_cpu_list(std::move(numbers));
}

/// An L3 is what most cores share in practice. Two hardware threads of one core come last although they are nearest:
/// they slow each other down, which is no cost of synchronisation.
constexpr std::array nearest_cores{Relation::l3, Relation::l2, Relation::numa, Relation::socket};

struct Found {
  Pair pair;
  Relation relation;
};

std::optional<Found> first_of(const Cpus& cpus, std::span<const Relation> relations, std::optional<int> kind) {
  for (const Relation relation : relations) {
    if (const auto pair = best_pair(cpus, relation, kind)) return Found{*pair, relation};
  }
  return std::nullopt;
}

/// Cores of one kind, the fastest first; then hardware threads of one core, likewise; then whatever there is.
Found find_automatically(const Cpus& cpus, int kind_count) {
  constexpr std::array siblings{Relation::smt};
  for (const std::span<const Relation> relations : {std::span<const Relation>(nearest_cores), {siblings}}) {
    for (int kind = kind_count - 1; kind >= -1; --kind) {
      if (const auto found = first_of(cpus, relations, kind)) return *found;
    }
  }
  if (const auto found = first_of(cpus, nearest_cores, std::nullopt)) return *found;
  throw PlacementError("no pair among the usable CPUs " + numbers_of(cpus));
}

Placement place_automatically(const Cpus& cpus, const std::vector<std::string>& kind_names) {
  const Found found = find_automatically(cpus, static_cast<int>(kind_names.size()));
  const auto& [pair, relation] = found;
  std::string reason = std::string("auto: ") + named(relation).description;
  if (relation != Relation::l3 && kind_names.empty()) {
    reason += std::string(", because ") + named(Relation::l3).absence;
  }
  const int busy = busiest(cpus).number;
  const bool avoided = pair.producer->number != busy && pair.consumer->number != busy;
  reason += kinds_text(pair, kind_names);
  reason += (avoided ? "; avoids CPU " : "; no such pair avoids CPU ") + std::to_string(busy) +
            ", which takes most interrupts";
  return {pair.producer->number, pair.consumer->number, named(relation).name, std::move(reason)};
}

Placement place_named(const Cpus& cpus, const std::vector<std::string>& kind_names, const Named& wanted) {
  if (const auto pair = best_pair(cpus, wanted.relation)) {
    return {pair->producer->number, pair->consumer->number, wanted.name,
            wanted.description + kinds_text(*pair, kind_names)};
  }
  std::string available;
  for (const Named& other : named_relations) {
    if (!best_pair(cpus, other.relation)) continue;
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

Placement place_numbers(const Cpus& cpus, const std::vector<std::string>& kind_names, const std::string& request) {
  const std::string_view text = request;
  const std::size_t comma = text.find(',');
  const UsableCpu& producer = cpu_numbered(cpus, text.substr(0, comma), request);
  const UsableCpu& consumer = cpu_numbered(cpus, text.substr(comma + 1), request);
  return {producer.number, consumer.number, std::to_string(producer.number) + ',' + std::to_string(consumer.number),
          std::string("as requested: ") + named(relation_of(producer, consumer)).description +
              kinds_text({&producer, &consumer}, kind_names)};
}

std::string too_few(const Cpus& cpus) {
  const std::string have = cpus.empty() ? "none" : "only CPU " + numbers_of(cpus);
  return "two usable CPUs are needed, and this process may use " + have +
         ": widen its CPU set (taskset, the cpuset of the cgroup or container), or give the machine a second CPU";
}

}  // namespace

Placement Topology::place(std::string_view request) const {
  if (cpus_.size() < 2) throw TooFewCpus(too_few(cpus_));
  if (request == "auto") return place_automatically(cpus_, kind_names_);
  if (request.find(',') != std::string_view::npos) return place_numbers(cpus_, kind_names_, std::string(request));
  std::string names = "auto";
  for (const Named& candidate : named_relations) {
    if (candidate.name == request) return place_named(cpus_, kind_names_, candidate);
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
                 lack, enough ? std::optional(place_automatically(cpus_, kind_names_)) : std::nullopt});
  for (const Named& candidate : named_relations) {
    const bool available = enough && best_pair(cpus_, candidate.relation);
    all.push_back({candidate.name, candidate.description, available,
                   available ? ""
                   : enough  ? candidate.absence
                             : lack,
                   available ? std::optional(place_named(cpus_, kind_names_, candidate)) : std::nullopt});
  }
  all.push_back({"P,C", "the producer's and the consumer's CPU number, out of " + numbers_of(cpus_), enough, lack, {}});
  return all;
}

}  // namespace kickbench::host
