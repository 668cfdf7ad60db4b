// Which CPUs this process may use, how near they are to each other, and where the two threads of a queue pair go.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct hwloc_topology;

namespace kickbench::host {

/// Where the two threads run, in CPU numbers of the operating system.
struct Placement {
  int producer_cpu = -1;
  int consumer_cpu = -1;
  std::string name;    // "l3", "smt", "2,3": what the threads share, or the numbers that were asked for
  std::string reason;  // one line: why these two
};

/// A request that `place` understands, and whether this host can meet it.
struct PlacementOption {
  std::string name;
  std::string description;
  bool available = false;
  std::string reason;  // why it is not available, else empty
  std::optional<Placement> example;
};

/// A placement that cannot be had; says which, and what to do. Thrown as such for a request that means nothing.
class PlacementError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A placement that this host lacks, or a CPU that this process may not use.
class PlacementUnavailable : public PlacementError {
 public:
  using PlacementError::PlacementError;
};

/// Fewer than two usable CPUs: nothing between two threads can be measured.
class TooFewCpus : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One hardware thread, with the logical indices of what contains it; -1 where hwloc knows of none.
struct UsableCpu {
  int number = -1;  // of the operating system
  int core = -1;
  int l2 = -1;
  int l3 = -1;
  int numa_node = -1;
  int package = -1;
  int kind = -1;  // on a hybrid processor; a higher one is faster
};

/// The usable CPUs in hwloc's logical order, which keeps neighbours together whatever numbers the system gave them.
/// On a virtual machine it is what the hypervisor claims, so placements are measured as well. On a hybrid processor
/// both threads go to CPUs of one kind, the fastest that has such a pair; where there is none, the reason says so.
class Topology {
 public:
  /// This machine, restricted to the CPUs that cgroups and the affinity of the process leave.
  /// Throws std::runtime_error when hwloc cannot tell.
  static Topology probe();

  /// A loaded hwloc topology, of which only the CPUs in `usable` count.
  static Topology from_hwloc(hwloc_topology* loaded, const std::vector<int>& usable);

  /// Numbers of the operating system, in logical order.
  const std::vector<int>& usable_cpus() const& { return usable_; }
  std::vector<int> usable_cpus() && { return std::move(usable_); }  // so that a temporary can be iterated

  /// Picks the CPUs for a request: auto, same-core, smt, l2, l3, numa, socket or P,C.
  /// Throws TooFewCpus, PlacementUnavailable or PlacementError.
  Placement place(std::string_view request) const;

  /// Every request, in the order of growing distance.
  std::vector<PlacementOption> options() const;

 private:
  std::vector<UsableCpu> cpus_;
  std::vector<int> usable_;
  std::vector<std::string> kind_names_;  // by UsableCpu::kind; empty where all CPUs are alike
};

/// How many of each the whole machine has, usable or not: "package:1 numanode:1 l3:1 l2:4 core:4 pu:4", and on a hybrid
/// processor how many CPUs of each kind: "IntelAtom:4 IntelCore:1". The same whatever the affinity of the process.
/// Throws std::runtime_error when hwloc cannot tell.
std::string machine_shape();

}  // namespace kickbench::host
