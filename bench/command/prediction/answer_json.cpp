#include "bench/command/prediction/answer_output.hpp"

namespace kickbench::bench::command {
namespace {

output::Json to_json(const Deciding& deciding) {
  return {{"name", deciding.name},
          {"holds", deciding.holds},
          {"left", deciding.left},
          {"relation", deciding.relation},
          {"right", deciding.right},
          {"left_ns", deciding.values.left.count()},
          {"right_ns", deciding.values.right.count()}};
}

output::Json to_json(const model::Neighbour& neighbour) {
  const char* const unit = model::is_count(neighbour.parameter) ? "_count" : "_ns";
  output::Json entry;
  entry["parameter"] = option_of(neighbour.parameter);
  entry["symbol"] = symbol_of(neighbour.parameter);
  entry["direction"] = neighbour.upwards ? "up" : "down";
  entry[std::string("distance") + unit] = neighbour.distance;
  entry[std::string("boundary") + unit] = neighbour.boundary;
  entry["regime_at_boundary"] = model::name_of(neighbour.at);
  entry["regime_beyond"] = model::name_of(neighbour.beyond);
  return entry;
}

template <class Entry>
output::Json list_of(const std::vector<Entry>& entries) {
  output::Json list = output::Json::array();
  for (const Entry& entry : entries) list.push_back(to_json(entry));
  return list;
}

}  // namespace

output::Json to_json(const model::Parameters& p) {
  const auto party = [](const model::Party& side) {
    return output::Json{{"work_ns", side.work.count()},
                        {"notify_ns", side.notify.count()},
                        {"startup_ns", side.startup.count()},
                        {"notify_threshold_count", side.notify_threshold},
                        {"sleep_ns", side.sleep.count()}};
  };
  return {{"producer", party(p.producer)},
          {"consumer", party(p.consumer)},
          {"queue_size", p.queue_size},
          {"sleep_energy_ns", p.sleep_energy.count()}};
}

output::Json to_json(const Answer& answer) {
  const auto& [sync, parameters, assumptions] = answer.question;
  const model::Prediction& prediction = answer.prediction;
  output::Json document = output::document_head("predict");
  document["sync"] = scenario::name_of(sync);
  document["parameters"] = to_json(parameters);
  document["model_assumptions"] = assumptions;
  document["regime"] = model::name_of(prediction.regime);
  document["regime_description"] = model::describe(prediction.regime);
  if (sync == model::Sync::notification) {
    document["slow_consumer"] = model::slow_consumer(parameters);
    document["slow_producer"] = model::slow_producer(parameters);
  }
  for (const Number& number : numbers_of(answer)) {
    output::put(document, std::string(number.key), number.value, number.reason);
  }
  const char* const is_exact = "latency_service_max_is_exact";
  prediction.latency_service_max ? void(document[is_exact] = prediction.latency_is_exact)
                                 : output::put_absent(document, is_exact, "there is no longest latency");
  document["conditions"] = list_of(answer.deciding);
  document["distances"] = list_of(answer.neighbours);
  return document;
}

}  // namespace kickbench::bench::command
