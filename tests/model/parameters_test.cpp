// Whatever lies outside the domain is refused by name; nothing is clamped.
#include "model/parameters.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iomanip>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include "model/predict.hpp"

namespace kickbench::model {
namespace {

using ::testing::HasSubstr;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

Parameters valid() {
  return {.producer = {.work = Nanoseconds{2000}, .sleep = Nanoseconds{5000}},
          .consumer = {.work = Nanoseconds{1000}, .sleep = Nanoseconds{5000}},
          .queue_size = 8};
}

/// The error's text, or nothing if the parameters were accepted.
std::string complaint(Sync sync, const Parameters& parameters) {
  try {
    predict(sync, parameters);
  } catch (const DomainError& error) {
    return error.what();
  }
  return {};
}

struct TimeParameter {
  std::string name;
  Sync sync;
  Nanoseconds& (*in)(Parameters&);
  std::vector<double> refused;
};

class TimeDomain : public ::testing::TestWithParam<TimeParameter> {};

TEST_P(TimeDomain, error_names_the_parameter_its_value_the_domain_and_the_remedy) {
  const TimeParameter& parameter = GetParam();
  std::vector<double> refused = parameter.refused;
  refused.insert(refused.end(), {nan, infinity, -infinity, 2 * longest_time.count()});
  for (const double value : refused) {
    Parameters p = valid();
    parameter.in(p) = Nanoseconds{value};
    const std::string text = complaint(parameter.sync, p);
    std::ostringstream expected;
    expected << std::setprecision(15) << parameter.name << " is " << value << " ns, but must be ";
    EXPECT_THAT(text, ::testing::StartsWith(expected.str()));
    EXPECT_THAT(text, HasSubstr(": give the "));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Every, TimeDomain,
    ::testing::Values(
        TimeParameter{"wp", Sync::busy_wait, [](Parameters& p) -> Nanoseconds& { return p.producer.work; }, {0, -1}},
        TimeParameter{"wc", Sync::busy_wait, [](Parameters& p) -> Nanoseconds& { return p.consumer.work; }, {0, -1}},
        TimeParameter{"np", Sync::notification, [](Parameters& p) -> Nanoseconds& { return p.producer.notify; }, {-1}},
        TimeParameter{"nc", Sync::notification, [](Parameters& p) -> Nanoseconds& { return p.consumer.notify; }, {-1}},
        TimeParameter{"sp", Sync::notification, [](Parameters& p) -> Nanoseconds& { return p.producer.startup; }, {}},
        TimeParameter{"sc", Sync::notification, [](Parameters& p) -> Nanoseconds& { return p.consumer.startup; }, {}},
        TimeParameter{"yp", Sync::sleep, [](Parameters& p) -> Nanoseconds& { return p.producer.sleep; }, {0, -1}},
        TimeParameter{"yc", Sync::sleep, [](Parameters& p) -> Nanoseconds& { return p.consumer.sleep; }, {0, -1}},
        TimeParameter{"sleep-energy", Sync::sleep, [](Parameters& p) -> Nanoseconds& { return p.sleep_energy; }, {-1}}),
    [](const auto& instance) { return instance.param.name == "sleep-energy" ? "sleep_energy" : instance.param.name; });

TEST(Domain, a_threshold_lies_between_one_and_the_queue_size) {
  for (const std::uint32_t refused : {0U, 9U}) {
    Parameters p = valid();
    p.producer.notify_threshold = refused;
    EXPECT_THAT(complaint(Sync::notification, p),
                ::testing::StartsWith("kp is " + std::to_string(refused) + ", but must be from 1 to queue-size, 8: "));
    p = valid();
    p.consumer.notify_threshold = refused;
    EXPECT_THAT(complaint(Sync::notification, p),
                ::testing::StartsWith("kc is " + std::to_string(refused) + ", but must be from 1 to queue-size, 8: "));
  }
}

TEST(Domain, a_queue_has_a_slot) {
  for (const Sync sync : {Sync::busy_wait, Sync::notification, Sync::sleep}) {
    Parameters p = valid();
    p.queue_size = 0;
    EXPECT_THAT(complaint(sync, p), ::testing::StartsWith("queue-size is 0, but must be 1 or more: "));
  }
}

TEST(Domain, its_edges_belong_to_it) {
  Parameters p = valid();
  p.producer.notify_threshold = p.consumer.notify_threshold = p.queue_size;
  p.producer.work = p.producer.sleep = shortest_positive_time;
  p.consumer.work = p.consumer.sleep = longest_time;
  p.producer.startup = -longest_time;
  p.consumer.startup = longest_time;
  p.producer.notify = longest_time;
  for (const Sync sync : {Sync::busy_wait, Sync::notification, Sync::sleep}) EXPECT_EQ(complaint(sync, p), "");
  p.queue_size = p.producer.notify_threshold = p.consumer.notify_threshold = 1;
  for (const Sync sync : {Sync::busy_wait, Sync::notification, Sync::sleep}) EXPECT_EQ(complaint(sync, p), "");
}

TEST(Domain, only_parameters_that_are_used_are_checked) {
  Parameters p = valid();
  p.producer.notify_threshold = 0;
  p.producer.sleep = Nanoseconds{0};
  p.consumer.notify = Nanoseconds{nan};
  EXPECT_NO_THROW(check_domain(Sync::busy_wait, p));
  EXPECT_THROW(check_domain(Sync::sleep, p), DomainError);
  EXPECT_THROW(check_domain(Sync::notification, p), DomainError);
}

TEST(Domain, mirrored_twice_is_the_system_itself) {
  Parameters p = valid();
  p.sleep_energy = Nanoseconds{7};
  const Parameters once = mirrored(p);
  EXPECT_EQ(once.producer.work, p.consumer.work);
  EXPECT_EQ(once.consumer.work, p.producer.work);
  EXPECT_EQ(once.queue_size, p.queue_size);
  EXPECT_EQ(once.sleep_energy, p.sleep_energy);
  EXPECT_EQ(mirrored(once).producer.work, p.producer.work);
}

}  // namespace
}  // namespace kickbench::model
