#include "bench/host/cgroup.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/made_up_root.hpp"

namespace kickbench::host {
namespace {

using testing::HasSubstr;

TEST(CpuQuota, TheTightestGroupOnTheWayToTheRootCounts) {
  const MadeUpRoot root;
  root.write("/proc/self/cgroup", "0::/pod/container\n");
  root.write("/sys/fs/cgroup/pod/cpu.max", "150000 100000\n");
  root.write("/sys/fs/cgroup/pod/container/cpu.max", "400000 100000\n");
  const auto quota = read_cpu_quota(root.path());
  ASSERT_TRUE(quota) << quota.reason;
  EXPECT_DOUBLE_EQ(*quota, 1.5);
}

TEST(CpuQuota, MaxIsNoQuota) {
  const MadeUpRoot root;
  root.write("/proc/self/cgroup", "0::/pod\n");
  root.write("/sys/fs/cgroup/pod/cpu.max", "max 100000\n");
  EXPECT_EQ(read_cpu_quota(root.path()).reason, no_cpu_quota);
}

TEST(CpuQuota, AGroupWithoutTheControllerSetsNoLimit) {
  const MadeUpRoot root;
  root.write("/proc/self/cgroup", "0::/pod/container\n");
  root.write("/sys/fs/cgroup/pod/container/cgroup.procs", "");
  EXPECT_EQ(read_cpu_quota(root.path()).reason, no_cpu_quota);
  root.write("/sys/fs/cgroup/pod/cpu.max", "50000 100000\n");
  EXPECT_DOUBLE_EQ(read_cpu_quota(root.path()).value.value_or(-1), 0.5);
}

TEST(CpuQuota, AContainerSeesItsOwnGroupAsTheRoot) {
  const MadeUpRoot root;
  root.write("/proc/self/cgroup", "0::/\n");
  root.write("/sys/fs/cgroup/cpu.max", "200000 100000\n");
  EXPECT_DOUBLE_EQ(read_cpu_quota(root.path()).value.value_or(-1), 2.0);
}

TEST(CpuQuota, VersionOneIsReadWhereTheControllerIsThere) {
  const MadeUpRoot root;
  root.write("/proc/self/cgroup", "3:cpuset:/\n2:cpu,cpuacct:/job\n0::/\n");
  root.write("/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us", "25000\n");
  root.write("/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us", "100000\n");
  EXPECT_DOUBLE_EQ(read_cpu_quota(root.path()).value.value_or(-1), 0.25);
  root.write("/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us", "-1\n");
  EXPECT_EQ(read_cpu_quota(root.path()).reason, no_cpu_quota);
}

TEST(CpuQuota, OutOfSightOrDamagedIsUnknownAndNotUnlimited) {
  const MadeUpRoot root;
  EXPECT_THAT(read_cpu_quota(root.path()).reason, HasSubstr("/proc/self/cgroup"));
  root.write("/proc/self/cgroup", "0::/elsewhere\n");
  EXPECT_THAT(read_cpu_quota(root.path()).reason, HasSubstr("/sys/fs/cgroup/elsewhere"));
  root.write("/sys/fs/cgroup/elsewhere/cpu.max", "many 100000\n");
  EXPECT_THAT(read_cpu_quota(root.path()).reason, HasSubstr("not understood"));
  EXPECT_FALSE(read_cpu_quota(root.path()));
}

TEST(CpuQuota, AHierarchyIsWhereTheMountTableHasIt) {
  const MadeUpRoot root;
  root.write("/proc/self/cgroup", "0::/job\n");
  root.write("/proc/self/mountinfo",
             "22 1 0:5 / /proc rw - proc proc rw\n"
             "30 23 0:26 / /run/my\\040groups rw,nosuid shared:4 - cgroup2 cgroup2 rw\n");
  root.write("/run/my groups/job/cpu.max", "75000 100000\n");
  EXPECT_EQ(read_cpu_quota(root.path()).value, 0.75);
}

TEST(CpuQuota, AMountMayShowOnlyThePartOfTheHierarchyThatAContainerHas) {
  const MadeUpRoot root;
  root.write("/proc/self/cgroup", "0::/docker/abc/worker\n");
  root.write("/proc/self/mountinfo", "30 23 0:26 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw\n");
  root.write("/sys/fs/cgroup/cpu.max", "125000 100000\n");
  root.write("/sys/fs/cgroup/worker/cpu.max", "max 100000\n");
  EXPECT_EQ(read_cpu_quota(root.path()).value, 1.25);
}

TEST(CpuQuota, AHybridMachineHasTheCpuControllerInItsV1Hierarchy) {
  const MadeUpRoot root;
  root.write("/proc/self/cgroup", "4:cpu,cpuacct:/job\n0::/unified\n");
  root.write("/proc/self/mountinfo",
             "30 23 0:26 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
             "31 23 0:27 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n");
  root.write("/sys/fs/cgroup/cpu/job/cpu.cfs_quota_us", "30000\n");
  root.write("/sys/fs/cgroup/cpu/job/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(read_cpu_quota(root.path()).value, 0.3);
}

}  // namespace
}  // namespace kickbench::host
