#include "bench/suite/suite_table.hpp"

#include <ostream>

#include "bench/output/noise_output.hpp"
#include "bench/stats/by_half.hpp"
#include "bench/text/format.hpp"

namespace kickbench::bench::suite {
namespace {

/// What of a benchmark's name tells it from the others: place, idle state and thresholds of 1 are the same for all.
std::string short_name(std::string name) {
  name.erase(name.find("/place:"));
  const std::string usual_thresholds = "/kp:1/kc:1";
  if (const auto at = name.find(usual_thresholds); at != std::string::npos) name.erase(at, usual_thresholds.size());
  return name;
}

/// N of the sender and S of the side that it woke.
std::string cost_pair(const std::optional<stats::Spread>& notify, const std::optional<stats::Spread>& startup) {
  if (!notify) return "-";
  return text::ns(notify->median) + (startup ? " + " + text::ns(startup->median) : " + -");
}

std::string rate_or_dash(double rate) { return rate == 0 ? "-" : text::per_item(rate); }

std::string one_decimal_or_dash(const std::optional<double>& value) { return value ? text::fixed(*value, 1) : "-"; }

std::string us_or_dash(const std::optional<Nanoseconds>& time) {
  return one_decimal_or_dash(time ? std::optional(time->count() / 1e3) : std::nullopt);
}

std::string regimes(const experiment::Result& result) {
  const auto name = [](const std::optional<model::Regime>& regime) {
    return regime ? std::string(model::name_of(*regime)) : "-";
  };
  const auto& prediction = result.predicted.prediction;
  const std::string observed = name(result.observed.regime);
  if (!prediction || prediction->regime == result.observed.regime) return observed;
  return observed + " not " + name(prediction->regime);
}

std::string model_cell(const experiment::Result& result) {
  const auto& prediction = result.predicted.prediction;
  if (!prediction) return "-";
  if (prediction->per_item) return text::ns(*prediction->per_item);
  if (!prediction->per_item_bounds) return "-";
  const model::Bounds& bounds = *prediction->per_item_bounds;
  return text::ns(bounds.lower) + ".." + (bounds.upper ? text::ns(*bounds.upper) : "?");
}

}  // namespace

SuiteTable::SuiteTable()
    : table_({{"benchmark", output::Table::Align::left},
              {"ns/item"},
              {"+- %"},
              {"undisturbed"},
              {"model"},
              {"error"},
              {"regime"},
              {"grade", output::Table::Align::left},
              {"away %"},
              {"kicks"},
              {"intr."},
              {"sleeps"},
              {"N_P + S_C"},
              {"N_C + S_P"},
              {"p50 us"},
              {"p99 us"},
              {"CPU P + C"},
              {"line", output::Table::Align::left}}) {}

void SuiteTable::add(const std::string& name, const scenario::Scenario& scenario, const experiment::Result& result) {
  const stats::Figures& f = result.figures;
  const stats::Noise& noise = result.noise;
  const auto error = result.predicted.error_pct;
  const auto& own = f.latency_own.summary;
  table_.add({short_name(name), text::ns(result.ns_per_item), one_decimal_or_dash(noise.spread_pct),
              text::ns_or_dash(noise.undisturbed), model_cell(result), error ? text::fixed(*error, 1) + " %" : "-",
              regimes(result), std::string(name_of(noise.graded.grade)), one_decimal_or_dash(noise.interference_pct),
              rate_or_dash(stats::kicks_per_item(scenario, f)), rate_or_dash(stats::interrupts_per_item(scenario, f)),
              rate_or_dash(f.producer.sleeps + f.consumer.sleeps), cost_pair(f.producer.notify, f.consumer.startup),
              cost_pair(f.consumer.notify, f.producer.startup),
              us_or_dash(own ? std::optional(own->p50) : std::nullopt), us_or_dash(own ? own->p99 : std::nullopt),
              text::ns(f.producer.cpu) + " + " + text::ns(f.consumer.cpu), std::string(name_of(result.line_class))});
  if (!noise.graded.reasons.empty()) notes_.push_back(short_name(name) + ": " + output::grade_text(noise.graded));
  if (scenario.ring != scenario::RingKind::null) return;
  if (scenario.producer.work == Nanoseconds(0)) {
    notes_.push_back("harness overhead (no ring, no work): " + text::ns(f.producer.ns_per_item) +
                     " ns per item on the producer's side, " + text::ns(f.consumer.ns_per_item) +
                     " ns on the consumer's");
  } else if (f.producer.work && f.consumer.work) {
    notes_.push_back("W asked for: " + text::ns(scenario.producer.work) + " ns, spent: " + text::ns(*f.producer.work) +
                     " by the producer, " + text::ns(*f.consumer.work) + " by the consumer");
  }
}

void SuiteTable::add_failure(const std::string& name, const std::string& error) {
  notes_.push_back("FAILED: " + name + ": " + error);
}

void SuiteTable::print(std::ostream& out) const {
  if (table_.empty() && notes_.empty()) return;
  table_.print(out);
  out << "\n"
         "ns/item    median of the repetitions, which are interleaved with those of all other rows\n"
         "+- %       half of the interval's width over the repetitions, in percent of ns/item\n"
         "undisturbed  ns/item without gaps of the CPU that sets the pace: a correction, not a measurement\n"
         "model      closed form with what the same run measured of N and S\n"
         "regime     as observed, from who stopped and who notified; 'A not B' where the model says B\n"
         "grade      quiet, usable or spoiled: spoiled rows do not compare\n"
         "away %     interference: by how much those gaps made ns/item longer\n"
         "kicks, intr., sleeps  per item\n"
         "N_P + S_C  ns that the producer's notification costs it, and from its end to the consumer's first look; "
         "mirrored\n"
         "p50, p99   latency of an item, from the start of its production to the end of its consumption\n"
         "CPU P + C  ns of CPU time per item of producer and consumer\n"
         "line       class of the measured line transfer time: figures of different classes do not compare\n\n";
  for (const std::string& note : notes_) out << note << "\n";
}

}  // namespace kickbench::bench::suite
