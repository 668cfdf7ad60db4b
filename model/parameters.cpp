#include "model/parameters.hpp"

#include <sstream>
#include <string>
#include <string_view>

namespace kickbench::model {
namespace {

[[noreturn]] void reject(std::string_view name, std::string_view value, std::string_view domain,
                         std::string_view remedy) {
  std::ostringstream message;
  message << name << " is " << value << ", but must be " << domain << ": " << remedy;
  throw DomainError(message.str());
}

void check_time(std::string_view name, Nanoseconds value, Nanoseconds lowest, std::string_view domain,
                std::string_view remedy) {
  // Written so that NaN, which compares false, is rejected too.
  if (value >= lowest && value <= longest_time) return;
  std::ostringstream text;
  text.precision(15);
  text << value.count() << " ns";
  reject(name, text.str(), std::string(domain) + " (and at most 104 days)", remedy);
}

void check_positive(std::string_view name, Nanoseconds value, std::string_view remedy) {
  check_time(name, value, shortest_positive_time, "greater than 0, at least 1e-06 ns", remedy);
}

void check_not_negative(std::string_view name, Nanoseconds value, std::string_view remedy) {
  check_time(name, value, Nanoseconds{0}, "0 ns or more", remedy);
}

void check_signed(std::string_view name, Nanoseconds value, std::string_view remedy) {
  check_time(name, value, -longest_time, "a finite time, negative or not", remedy);
}

void check_threshold(std::string_view name, std::uint32_t value, std::uint32_t queue_size, std::string_view remedy) {
  if (value >= 1 && value <= queue_size) return;
  reject(name, std::to_string(value), "from 1 to queue-size, " + std::to_string(queue_size), remedy);
}

void check_notification(const Parameters& p) {
  check_not_negative("np", p.producer.notify, "give the time the producer loses in one kick");
  check_not_negative("nc", p.consumer.notify, "give the time the consumer loses in one interrupt");
  check_signed("sp", p.producer.startup, "give the time from the end of an interrupt to the producer's first look");
  check_signed("sc", p.consumer.startup, "give the time from the end of a kick to the consumer's first look");
  check_threshold("kp", p.producer.notify_threshold, p.queue_size,
                  "a stopped consumer is notified once that many items are queued; lower kp or raise queue-size");
  check_threshold("kc", p.consumer.notify_threshold, p.queue_size,
                  "a stopped producer is notified once that many slots are free; lower kc or raise queue-size");
}

void check_sleep(const Parameters& p) {
  check_positive("yp", p.producer.sleep, "give the length of one sleep of the producer, or choose another sync");
  check_positive("yc", p.consumer.sleep, "give the length of one sleep of the consumer, or choose another sync");
  check_not_negative("sleep-energy", p.sleep_energy, "give the busy time that one sleep and wake-up cost");
}

}  // namespace

void check_domain(Sync sync, const Parameters& p) {
  check_positive("wp", p.producer.work, "give the time the producer spends on an item, ring operations included");
  check_positive("wc", p.consumer.work, "give the time the consumer spends on an item, ring operations included");
  if (p.queue_size < 1) reject("queue-size", "0", "1 or more", "give the number of usable slots");
  if (sync == Sync::notification) check_notification(p);
  if (sync == Sync::sleep) check_sleep(p);
}

Parameters mirrored(const Parameters& p) {
  return {.producer = p.consumer, .consumer = p.producer, .queue_size = p.queue_size, .sleep_energy = p.sleep_energy};
}

}  // namespace kickbench::model
