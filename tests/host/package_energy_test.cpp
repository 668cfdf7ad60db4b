#include "bench/host/package_energy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "bench/host/capabilities.hpp"
#include "tests/host/made_up_root.hpp"

namespace kickbench::host {
namespace {

using testing::HasSubstr;

void write_domain(const MadeUpRoot& root, const std::string& domain, const std::string& name, std::uint64_t energy_uj,
                  std::uint64_t range_uj = 1'000'000) {
  const std::string directory = "/sys/class/powercap/" + domain;
  root.write(directory + "/name", name + "\n");
  root.write(directory + "/energy_uj", std::to_string(energy_uj) + "\n");
  root.write(directory + "/max_energy_range_uj", std::to_string(range_uj) + "\n");
}

TEST(PackageEnergy, IsOfAllPackagesAndOfNothingElse) {
  const MadeUpRoot root;
  const auto write = [&](std::uint64_t first, std::uint64_t second, std::uint64_t rest) {
    write_domain(root, "intel-rapl:0", "package-0", first);
    write_domain(root, "intel-rapl:1", "package-1", second);
    write_domain(root, "intel-rapl:0:0", "core", rest);          // a part of package-0
    write_domain(root, "intel-rapl:0:1", "package-0", rest);     // no package, whatever it calls itself
    write_domain(root, "intel-rapl:2", "psys", rest);            // the platform, both packages included
    write_domain(root, "intel-rapl-mmio:0", "package-0", rest);  // package-0 once more
  };
  write(100'000, 500'000, 0);
  const PackageCounters before = read_package_counters(root.path());
  write(350'000, 501'000, 900'000);
  const PackageCounters after = read_package_counters(root.path());
  ASSERT_TRUE(before) << before.reason;
  EXPECT_EQ(before->size(), 2U);
  EXPECT_DOUBLE_EQ(*joules_between(before, after), 0.251);
  EXPECT_DOUBLE_EQ(*joules_between(before, before), 0.0);
}

TEST(PackageEnergy, ACounterThatWrappedIsFollowed) {
  const MadeUpRoot root;
  write_domain(root, "intel-rapl:0", "package-0", 990'000);
  write_domain(root, "intel-rapl:1", "package-1", 10'000, 2'000'000);
  const PackageCounters before = read_package_counters(root.path());
  write_domain(root, "intel-rapl:0", "package-0", 20'000);
  write_domain(root, "intel-rapl:1", "package-1", 11'000, 2'000'000);
  EXPECT_DOUBLE_EQ(*joules_between(before, read_package_counters(root.path())), 0.031);
}

TEST(PackageEnergy, WithoutACounterThereIsAReason) {
  const MadeUpRoot root;
  EXPECT_THAT(read_package_counters(root.path()).reason, HasSubstr("/sys/class/powercap: No such file"));
  write_domain(root, "intel-rapl:0", "psys", 1);
  EXPECT_THAT(read_package_counters(root.path()).reason, HasSubstr("no package"));
}

TEST(PackageEnergy, ACounterThatCannotBeReadIsUnknownEvenBesideOneThatCan) {
  for (const std::string file : {"energy_uj", "max_energy_range_uj", "name"}) {
    const MadeUpRoot root;
    write_domain(root, "intel-rapl:0", "package-0", 1);
    write_domain(root, "intel-rapl:1", "package-1", 1);
    std::filesystem::remove(root.path() / "sys/class/powercap/intel-rapl:1" / file);
    const PackageCounters counters = read_package_counters(root.path());
    EXPECT_FALSE(counters) << file;
    EXPECT_THAT(counters.reason, HasSubstr("intel-rapl:1/" + file)) << "says which";
    EXPECT_EQ(probe_rapl(root.path()).reason, counters.reason);
  }
}

TEST(PackageEnergy, BetweenReadsOfDifferentPackagesItIsUnknown) {
  const MadeUpRoot root;
  write_domain(root, "intel-rapl:0", "package-0", 1);
  const PackageCounters one = read_package_counters(root.path());
  write_domain(root, "intel-rapl:1", "package-1", 1);
  const PackageCounters two = read_package_counters(root.path());
  EXPECT_THAT(joules_between(one, two).reason, HasSubstr("came or went"));
  EXPECT_EQ(joules_between(one, PackageCounters::unknown("gone")).reason, "gone");
  EXPECT_EQ(joules_between(PackageCounters::unknown("not there"), one).reason, "not there");
}

}  // namespace
}  // namespace kickbench::host
