#include "bench/host/topology.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/host/made_up_topology.hpp"

namespace kickbench::host {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// Two packages of two L3s of two cores with an L2 and two hardware threads each; neighbours have neighbouring numbers.
const char* const large = "package:2 [numa] l3:2 l2:2 core:1 pu:2";

std::pair<int, int> cpus_of(const Topology& topology, std::string_view request) {
  const Placement placement = topology.place(request);
  return {placement.producer_cpu, placement.consumer_cpu};
}

template <class Error>
std::string error_of(const Topology& topology, std::string_view request) {
  try {
    topology.place(request);
  } catch (const Error& error) {
    return error.what();
  }
  return "not refused";
}

PlacementOption option_of(const Topology& topology, const std::string& name) {
  for (PlacementOption& option : topology.options()) {
    if (option.name == name) return option;
  }
  throw std::runtime_error("no option " + name);
}

TEST(Topology, UsableCpusAreInLogicalOrder) {
  // Siblings are numbered apart, as Linux does on x86: 0 and 2 share a core.
  const Topology topology = made_up_topology("core:2 pu:2(indexes=0,2,1,3)");
  EXPECT_THAT(topology.usable_cpus(), ElementsAre(0, 2, 1, 3));
  EXPECT_EQ(cpus_of(topology, "smt"), std::pair(1, 3));
}

TEST(Topology, OnlyUsableCpusCount) {
  const Topology topology = made_up_topology(large, {1, 4, 6});
  EXPECT_THAT(topology.usable_cpus(), ElementsAre(1, 4, 6));
  EXPECT_EQ(cpus_of(topology, "l3"), std::pair(4, 6));
  EXPECT_FALSE(option_of(topology, "smt").available);
}

TEST(Place, EveryNameMeansWhatItSaysOnAMachineThatHasThemAll) {
  const Topology topology = made_up_topology(large);
  const auto same_core = cpus_of(topology, "same-core");
  EXPECT_EQ(same_core.first, same_core.second);
  EXPECT_EQ(cpus_of(topology, "smt"), std::pair(2, 3));     // one core
  EXPECT_EQ(cpus_of(topology, "l3"), std::pair(4, 6));      // cores 2 and 3 share the second L3
  EXPECT_EQ(cpus_of(topology, "numa"), std::pair(2, 4));    // one node, two L3s
  EXPECT_EQ(cpus_of(topology, "socket"), std::pair(2, 8));  // two packages
  for (const char* name : {"same-core", "smt", "l3", "numa", "socket"}) {
    EXPECT_EQ(topology.place(name).name, name);
    EXPECT_FALSE(topology.place(name).reason.empty());
  }
}

TEST(Place, SharedL2) {
  const Topology topology = made_up_topology("package:1 l3:1 l2:2 core:2 pu:1");
  EXPECT_EQ(cpus_of(topology, "l2"), std::pair(2, 3));
  EXPECT_EQ(cpus_of(topology, "l3"), std::pair(1, 2));
}

TEST(Place, TwoNumaNodesOfOnePackageAreASocketApart) {
  const Topology topology = made_up_topology("package:1 numa:2 l3:1 core:2 pu:1");
  EXPECT_EQ(cpus_of(topology, "socket"), std::pair(1, 2));
  EXPECT_FALSE(option_of(topology, "numa").available);
}

TEST(Auto, TakesTwoCoresOfOneL3AndAvoidsTheFirstCpu) {
  const Placement placement = made_up_topology("package:1 l3:1 core:4 pu:1").place("auto");
  EXPECT_EQ(placement.producer_cpu, 1);
  EXPECT_EQ(placement.consumer_cpu, 2);
  EXPECT_EQ(placement.name, "l3");
  EXPECT_THAT(placement.reason, AllOf(HasSubstr("L3"), HasSubstr("avoids CPU 0")));
}

TEST(Auto, AvoidsTheSiblingOfTheFirstCpuToo) {
  EXPECT_EQ(cpus_of(made_up_topology("l3:1 core:4 pu:2"), "auto"), std::pair(2, 4));
  EXPECT_EQ(cpus_of(made_up_topology("l3:1 core:2 pu:2"), "auto"), std::pair(1, 2));
}

TEST(Auto, TheFirstCpuIsTheLowestNumberAndNotTheFirstInLogicalOrder) {
  const Topology topology = made_up_topology("l3:1 core:2 pu:2(indexes=0,3,1,2)", {1, 2, 3});
  EXPECT_THAT(topology.usable_cpus(), ElementsAre(3, 1, 2));
  EXPECT_EQ(cpus_of(topology, "auto"), std::pair(3, 2));
}

TEST(Auto, SaysWhenTheFirstCpuCannotBeAvoided) {
  const Placement placement = made_up_topology("l3:1 core:2 pu:1").place("auto");
  EXPECT_EQ(std::pair(placement.producer_cpu, placement.consumer_cpu), std::pair(0, 1));
  EXPECT_THAT(placement.reason, HasSubstr("no such pair avoids CPU 0"));
}

TEST(Auto, WithoutASharedL3TakesTheNearestDifferentCoresAndSaysWhy) {
  const std::map<std::string, std::string> nearest{{"l2:1 core:4 pu:1", "l2"},
                                                   {"numa:1 core:4 pu:1", "numa"},
                                                   {"package:2 [numa] core:1 pu:2", "socket"},
                                                   {"core:1 pu:2", "smt"}};
  for (const auto& [description, name] : nearest) {
    const Placement placement = made_up_topology(description).place("auto");
    EXPECT_EQ(placement.name, name) << description;
    EXPECT_THAT(placement.reason, HasSubstr("no two usable cores share an L3")) << description;
  }
}

// Four slow cores in two pairs with an L2 each, then two fast cores; one L3.
Topology hybrid(std::vector<int> usable = {}) {
  return made_up_topology("l3:1 l2:3 core:2 pu:1", std::move(usable), {{"slow", {0, 1, 2, 3}}, {"fast", {4, 5}}});
}

TEST(Kinds, Auto_takes_two_cores_of_the_fastest_kind_that_has_two_and_says_which) {
  EXPECT_EQ(cpus_of(hybrid(), "auto"), std::pair(4, 5));
  EXPECT_THAT(hybrid().place("auto").reason, HasSubstr("both CPUs are of kind fast"));
  EXPECT_EQ(cpus_of(hybrid({0, 1, 2, 3, 5}), "auto"), std::pair(1, 2)) << "one fast core makes no pair";
  EXPECT_THAT(hybrid({0, 1, 2, 3, 5}).place("auto").reason, HasSubstr("both CPUs are of kind slow"));
}

TEST(Kinds, A_pair_of_two_kinds_is_taken_where_there_is_no_other_and_says_so) {
  EXPECT_EQ(cpus_of(hybrid({3, 4}), "auto"), std::pair(3, 4));
  EXPECT_THAT(hybrid({3, 4}).place("auto").reason,
              HasSubstr("of different kinds: the producer's slow, the consumer's fast"));
  EXPECT_THAT(hybrid().place("5,0").reason, HasSubstr("of different kinds: the producer's fast, the consumer's slow"));
}

TEST(Kinds, A_named_placement_stays_within_one_kind_too) {
  EXPECT_EQ(cpus_of(hybrid(), "l2"), std::pair(4, 5));
  // The only pairs that share an L3 and no L2 and are of one kind are slow.
  const Placement l3 = hybrid().place("l3");
  EXPECT_LT(l3.producer_cpu, 4);
  EXPECT_LT(l3.consumer_cpu, 4);
}

TEST(Kinds, Where_all_CPUs_are_alike_nothing_is_said_of_kinds) {
  EXPECT_THAT(made_up_topology(large).place("auto").reason, Not(HasSubstr("kind")));
}

TEST(PlaceNumbers, TakesThemInTheOrderOfProducerAndConsumer) {
  const Placement placement = made_up_topology(large).place("6,4");
  EXPECT_EQ(placement.producer_cpu, 6);
  EXPECT_EQ(placement.consumer_cpu, 4);
  EXPECT_EQ(placement.name, "6,4");
  EXPECT_THAT(placement.reason, HasSubstr("share an L3"));
}

TEST(PlaceNumbers, ACpuOutsideTheSetIsNamedWithTheUsableOnes) {
  const Topology topology = made_up_topology(large, {0, 1, 2, 5});
  for (const char* request : {"0,3", "3,0", "0,99"}) {
    EXPECT_THAT(error_of<PlacementUnavailable>(topology, request),
                AllOf(HasSubstr(request), HasSubstr("not usable"), HasSubstr("0-2,5"), HasSubstr("taskset")));
  }
}

TEST(PlaceNumbers, WhatIsNoPairOfNumbersIsQuoted) {
  const Topology topology = made_up_topology(large);
  for (const char* request : {"0,", ",1", "0,x", "-1,2", "0,1,2", "0, 1", "0,99999999999"}) {
    EXPECT_THAT(error_of<PlacementError>(topology, request), AllOf(HasSubstr(request), HasSubstr("not a CPU number")));
  }
}

TEST(PlaceErrors, AnUnknownNameListsTheValidOnes) {
  const std::string message = error_of<PlacementError>(made_up_topology(large), "L3");
  EXPECT_THAT(message, HasSubstr("'L3'"));
  for (const char* name : {"auto", "same-core", "smt", "l2", "l3", "numa", "socket", "P,C"}) {
    EXPECT_THAT(message, HasSubstr(name));
  }
}

TEST(PlaceErrors, APlacementThatIsNotHereSaysWhyAndWhatIs) {
  const Topology topology = made_up_topology("package:1 l3:1 core:4 pu:1");
  for (const char* name : {"smt", "l2", "numa", "socket"}) {
    EXPECT_THAT(error_of<PlacementUnavailable>(topology, name),
                AllOf(HasSubstr(name), HasSubstr("not on this host"), HasSubstr("usable CPUs: 0-3"),
                      HasSubstr("available: same-core, l3")));
  }
}

TEST(PlaceErrors, WithOneCpuEveryRequestIsTooFewCpus) {
  const Topology topology = made_up_topology("core:1 pu:1");
  for (const char* request : {"auto", "same-core", "smt", "l2", "l3", "numa", "socket", "0,0", "nonsense"}) {
    EXPECT_THAT(error_of<TooFewCpus>(topology, request), AllOf(HasSubstr("only CPU 0"), HasSubstr("taskset")));
  }
}

TEST(PlaceErrors, AMachineOfManyCpusOfWhichOneIsUsableIsTooFew) {
  EXPECT_THAT(error_of<TooFewCpus>(made_up_topology(large, {5}), "auto"), HasSubstr("only CPU 5"));
}

TEST(Options, ListEveryRequestAndAgreeWithPlace) {
  for (const char* description : {large, "package:1 l3:1 core:4 pu:1", "l2:2 core:2 pu:1", "core:1 pu:1"}) {
    const Topology topology = made_up_topology(description);
    std::vector<std::string> names;
    for (const PlacementOption& option : topology.options()) {
      names.push_back(option.name);
      EXPECT_FALSE(option.description.empty());
      EXPECT_EQ(option.available, option.reason.empty()) << option.name << ": " << option.reason;
      if (option.name == "P,C") continue;
      EXPECT_EQ(option.available, option.example.has_value()) << option.name;
      if (option.available) {
        EXPECT_EQ(cpus_of(topology, option.name),
                  std::pair(option.example->producer_cpu, option.example->consumer_cpu));
      } else {
        EXPECT_THROW(topology.place(option.name), std::runtime_error) << option.name;
      }
    }
    EXPECT_THAT(names, ElementsAre("auto", "same-core", "smt", "l2", "l3", "numa", "socket", "P,C"));
  }
}

TEST(ThisMachine, HasUsableCpusAndAShape) {
  EXPECT_FALSE(Topology::probe().usable_cpus().empty());
  EXPECT_THAT(machine_shape(), AllOf(HasSubstr("core:"), HasSubstr("pu:"), Not(HasSubstr("pu:0"))));
}

}  // namespace
}  // namespace kickbench::host
