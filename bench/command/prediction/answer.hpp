// What the model says to one question: the prediction, what decided it, and how far the next regime is.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/command/model_options.hpp"
#include "model/neighbours.hpp"
#include "model/predict.hpp"

namespace kickbench::bench::command {

/// One comparison that the regime hangs on, with its sides as formulas and as values.
struct Deciding {
  std::string_view name;      ///< in JSON: "slow_consumer"
  std::string_view title;     ///< for people: "slow consumer start-up"
  std::string_view left;      ///< "S_C + W_C"
  std::string_view right;     ///< "(L - k_P) W_P"
  std::string_view relation;  ///< what `holds` says: ">", "<", "<="
  model::Comparison values;
  bool holds;
};

/// A value, or why there is none.
template <class Value>
struct Known {
  std::optional<Value> value;
  std::string reason;
};

struct Answer {
  Question question;
  model::Prediction prediction;
  std::vector<Deciding> deciding;  ///< only what can decide the regime of this system
  std::vector<model::Neighbour> neighbours;
  Known<double> consumer_critical_queue_size;  ///< slowC below it
  Known<double> producer_critical_queue_size;  ///< slowP below it; SS below both
  Known<Nanoseconds> longest_hidden_sleep;     ///< of the faster side: the cliff
  Known<double> hiding_queue_size;             ///< the shortest queue that hides the faster side's sleep
};

/// Throws model::DomainError.
Answer ask_model(const Question& question);

/// The model's symbol: "S_C", "L".
std::string_view symbol_of(model::Parameter parameter);
/// As the command line spells it, without its dashes: "sc", "queue-size".
std::string_view option_of(model::Parameter parameter);

/// One number of an answer under its name in results, which ends in its unit; empty for the reason given.
struct Number {
  std::string_view key;
  std::optional<double> value;
  std::string reason;
};

/// Always the same keys in the same order.
std::vector<Number> numbers_of(const Answer& answer);

/// Why there is no bound on the longest latency.
std::string why_no_latency(const Answer& answer);

}  // namespace kickbench::bench::command
