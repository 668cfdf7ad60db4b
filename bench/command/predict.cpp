// kickbench predict: the model alone, for costs that are given.
#include <iostream>

#include "bench/command/calibration_option.hpp"
#include "bench/command/commands.hpp"
#include "bench/command/prediction/answer_output.hpp"
#include "bench/command/prediction/grid.hpp"
#include "bench/command/prediction/regime_map.hpp"
#include "bench/text/page.hpp"

namespace kickbench::bench::command {
namespace {

struct PredictOptions {
  ModelOptions model;
  ModelCalibration calibration;
  OutputOptions output;
};

ExitCode predict(const PredictOptions& options) {
  ModelOptions model = options.model;
  options.calibration.fill_medians(model);
  const Grid grid = ask_model_over_grid(model);
  const Answer* const single = grid.axes.empty() ? &*grid.rows.front().answer : nullptr;
  const auto json = options.output.json();
  const auto csv = options.output.csv();
  if (options.output.wants_table()) {
    text::Page page(std::cout);
    single ? print(page, *single) : print(page, grid, wants_rows(grid.rows.size(), options.output));
  }
  if (json) json->write(output::dump(single ? to_json(*single) : to_json(grid)));
  if (csv) csv->write(to_csv(grid));
  return ExitCode::ok;
}

}  // namespace

CommandBody add_predict(CLI::App& app) {
  auto options = std::make_shared<PredictOptions>();
  options->model.add_to(app);
  options->model.add_vary_to(app);
  options->calibration.add_to(app);
  app.footer(time_help);
  options->output.add_to(app);
  options->output.add_csv_to(app);
  return [options] { return predict(*options); };
}

}  // namespace kickbench::bench::command
