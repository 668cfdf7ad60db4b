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

}  // namespace
}  // namespace kickbench::host
