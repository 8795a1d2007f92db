#include "core/analysis/occlusion.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "core/analysis/conv_output.h"
#include "core/deconv/seed.h"
#include "core/nn/partial_forward.h"
#include "core/nn/prediction.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

constexpr std::size_t kPlaces = 32;     // through the windows at once
constexpr std::size_t kTogether = 128;  // places through the fully connected layers at most
constexpr std::size_t kEnough = 40;     // and so many before those of another group
constexpr int kCoarse = 4;              // every so many rows and columns of places come first

/// Whether all that follows a layer, up to `last`, reads nothing below it.
bool all_goes_through(const Graph& graph, int layer, int last) {
  for (int i = layer + 1; i <= last; ++i) {
    const std::span<const int> inputs = graph.inputs(i);
    if (std::any_of(inputs.begin(), inputs.end(), [layer](int value) { return value < layer; })) return false;
  }
  return true;
}

/// The first fully connected layer that has a layer below it and that everything goes through; behind `logits` where there is none.
int first_connected(const Network& network, int logits) {
  const Graph graph(network);
  const auto connects = [&](int layer) {
    return std::holds_alternative<LinearLayer>(network.layers[static_cast<std::size_t>(layer)].op) && graph.input(layer) != kPicture &&
           all_goes_through(graph, layer, logits);
  };
  int layer = 0;
  while (layer <= logits && !connects(layer)) ++layer;
  return layer;
}

}  // namespace

Occlusion::Occlusion(const Net& net, const Tensor& input, const OcclusionOptions& options)
    : net_(&net),
      input_(input),
      options_(options),
      logits_(logits_layer(net.network())),
      connected_(first_connected(net.network(), logits_)),
      pass_(net, clean_) {
  const Shape& shape = net.network().input;
  if (input.shape() != shape) fail("occlusion: expected an image of {}, found {}", to_string(shape), to_string(input.shape()));
  if (options_.fill.empty()) options_.fill.assign(static_cast<std::size_t>(shape.c), 0.0F);
  if (std::cmp_not_equal(options_.fill.size(), shape.c)) {
    fail("occlusion: expected a fill of {} values, found {}", shape.c, options_.fill.size());
  }
  if (options_.soft_edge < 0 || 2 * options_.soft_edge > options_.size) {
    fail("occlusion: expected a soft edge of 0 to {} pixels, half the square, found {}", options_.size / 2, options_.soft_edge);
  }
  maps_.y = occluder_places(shape.h, options_.size, options_.stride, options_.border);
  maps_.x = occluder_places(shape.w, options_.size, options_.stride, options_.border);
  maps_.size = options_.size;
  maps_.stride = options_.stride;
  square_ = {options_.size, options_.soft_edge, options_.fill};
  net.backend().upload(input_, image_);
  net.forward(image_, clean_, logits_);
  const Tensor logits = net.backend().download(clean_.output(logits_));
  maps_.classes = static_cast<int>(logits.size());
  maps_.clean_logits.assign(logits.values().begin(), logits.values().end());
  choose_map();
  const std::size_t places = maps_.y.size() * maps_.x.size();
  maps_.activation.assign(places, OcclusionMaps::kUnknown);
  maps_.logits.assign(places * logits.size(), OcclusionMaps::kUnknown);
  plan();
}

void Occlusion::choose_map() {
  if (options_.layer < 0) options_.layer = conv_outputs(net_->network()).back().layer;
  if (options_.layer > logits_) fail("occlusion: expected a layer below softmax to watch");
  Backend& backend = net_->backend();
  if (options_.map < 0) {
    options_.map = strongest_maps(backend, clean_, options_.layer, 1).front().map;
  } else {
    check_map(clean_, options_.layer, options_.map, 0);
  }
  const DeviceTensor& maps = clean_.output(options_.layer);
  const std::vector<Window> watched{{options_.map, 0, 0}};
  backend.gather_windows(Backend::view(maps, {maps.shape().c, 1, maps.shape().h, maps.shape().w}), watched, maps.shape().map(), 0.0F,
                         nullptr, {}, clean_map_);
  DeviceTensor total;
  backend.channel_sum(clean_map_, total);
  maps_.clean_activation = backend.download(total).values().front();
}

/// The part of a square that lies on the image.
Extent Occlusion::visible(int first, int length) const {
  const int begin = std::max(first, 0);
  return {begin, std::min(first + options_.size, length) - begin};
}

/// Classes of rows (or columns) of places, by number: those of a class change windows of so similar sizes that it costs less to
/// compute the largest of them for all than to run more batches, each of which reads all weights.
std::vector<int> Occlusion::classes_by_work(const std::vector<std::vector<Extent>>& reached, int Shape::*axis) const {
  constexpr double kWaste = 1.4;  // measured
  const std::vector<LayerCost> cost = costs(net_->network());
  std::vector<double> work;
  for (const std::vector<Extent>& extents : reached) {
    work.push_back(0);
    for (std::size_t i = 0; i < extents.size(); ++i) {
      work.back() += static_cast<double>(cost[i].multiply_adds) * extents[i].count / (net_->shapes()[i].*axis);
    }
  }
  std::vector<std::size_t> order(work.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return work[a] < work[b]; });
  std::vector<int> classes(work.size());
  int current = 0;
  double least = work[order.front()];
  for (const std::size_t i : order) {
    if (work[i] > kWaste * least) {
      ++current;
      least = work[i];
    }
    classes[i] = current;
  }
  return classes;
}

/// Where places lie so densely that many change the same window of what the fully connected layers read, these are together.
std::vector<int> Occlusion::classes_of(const std::vector<std::vector<Extent>>& reached, int Shape::*axis) const {
  constexpr std::size_t kMany = 6;  // kPlaces is about its square
  const auto last = static_cast<std::size_t>(connected_ > logits_ ? logits_ : net_->graph().input(connected_));
  std::vector<int> classes;
  std::vector<Extent> known;
  for (const std::vector<Extent>& extents : reached) {
    const auto found = std::find(known.begin(), known.end(), extents[last]);
    classes.push_back(static_cast<int>(found - known.begin()));
    if (found == known.end()) known.push_back(extents[last]);
  }
  return reached.size() >= kMany * known.size() ? classes : classes_by_work(reached, axis);
}

/// The coarse grid first; together those that change windows of about equal sizes. Where a stride beyond a kernel loses sight of a
/// square on its way up, the whole net runs.
void Occlusion::plan() {
  for (const int top : maps_.y) rows_.push_back(reached_rows(*net_, visible(top, input_.shape().h), logits_));
  for (const int left : maps_.x) columns_.push_back(reached_columns(*net_, visible(left, input_.shape().w), logits_));
  const std::array<std::vector<int>, 2> row_classes{classes_by_work(rows_, &Shape::h), classes_of(rows_, &Shape::h)};
  const std::array<std::vector<int>, 2> column_classes{classes_by_work(columns_, &Shape::w), classes_of(columns_, &Shape::w)};
  const auto is_lost = [](const std::vector<Extent>& extents) {
    return std::any_of(extents.begin(), extents.end(), [](const Extent& extent) { return extent.count == 0; });
  };
  // Fine places after coarse ones, then by how they run, and by what they change and show.
  std::map<std::tuple<bool, bool, int, int, int, int>, std::vector<int>> groups;
  for (int row = 0; row < maps_.rows(); ++row) {
    for (int column = 0; column < maps_.columns(); ++column) {
      const auto r = static_cast<std::size_t>(row);
      const auto c = static_cast<std::size_t>(column);
      const bool fine = row % kCoarse != 0 || column % kCoarse != 0;
      const bool whole = options_.brute_force || is_lost(rows_[r]) || is_lost(columns_[c]);
      const int row_class = whole ? 0 : row_classes[fine ? 1 : 0][r];
      const int column_class = whole ? 0 : column_classes[fine ? 1 : 0][c];
      const int height = visible(maps_.y[r], input_.shape().h).count;
      const int width = visible(maps_.x[c], input_.shape().w).count;
      groups[{fine, whole, row_class, column_class, height, width}].push_back(row * maps_.columns() + column);
    }
  }
  int group = 0;
  for (const auto& [key, places] : groups) {
    const bool fine = std::get<0>(key);
    if (!fine) coarse_ += places.size();
    put_in_batches(places, {{}, fine, std::get<1>(key), group++});
  }
}

/// In batches of about equal sizes.
void Occlusion::put_in_batches(const std::vector<int>& places, PlaceBatch kind) {
  const std::size_t count = (places.size() + kPlaces - 1) / kPlaces;
  for (std::size_t i = 0; i < count; ++i) {
    const auto begin = static_cast<std::ptrdiff_t>(i * places.size() / count);
    const auto end = static_cast<std::ptrdiff_t>((i + 1) * places.size() / count);
    kind.places.assign(places.begin() + begin, places.begin() + end);
    batches_.push_back(kind);
  }
}

Step Occlusion::step() {
  return in_flight_.step([this] { return next_ < batches_.size(); }, [this] { run_batch(); });
}

void Occlusion::run_batch() {
  const PlaceBatch& batch = batches_[next_];
  if (batch.whole) {
    run_whole(batch.places);
  } else {
    run_windows(batch.places);
  }
  const bool more = ++next_ < batches_.size();
  if (!waiting_.places.empty() && (!more || !may_wait(batches_[next_], batch))) run_connected();
}

/// Whether those that wait may wait for the next batch, too. The coarse map is finished before a fine place is run.
bool Occlusion::may_wait(const PlaceBatch& next, const PlaceBatch& last) const {
  const std::size_t waiting = waiting_.places.size();
  return next.fine == last.fine && waiting + next.places.size() <= kTogether && (next.group == last.group || waiting < kEnough);
}

double Occlusion::progress() const { return static_cast<double>(finished_) / static_cast<double>(maps_.activation.size()); }

/// The images (where `whole`), or their parts under the squares, covered. All squares of a batch show equally much.
Changes Occlusion::cover(const std::vector<int>& batch, bool whole) {
  const Shape& image = input_.shape();
  Size size = image.map();
  Changes changes;
  std::vector<Window> squares;
  for (const int place : batch) {
    const int top = maps_.y[row_of(place)];
    const int left = maps_.x[column_of(place)];
    const Extent rows = visible(top, image.h);
    const Extent columns = visible(left, image.w);
    if (!whole) size = {rows.count, columns.count};
    changes.at.push_back(whole ? Window{} : Window{0, rows.first, columns.first});
    squares.push_back({0, top, left});
  }
  net_->backend().cover(image_, changes.at, size, square_, squares, changes.values);
  return changes;
}

void Occlusion::run_windows(const std::vector<int>& batch) {
  pass_.begin(cover(batch, false));
  std::vector<Window> to(batch.size());
  std::vector<DeviceTensor> sums;  // where the watched map is among these layers
  for (int layer = 0; layer < connected_; ++layer) {
    const auto i = static_cast<std::size_t>(layer);
    Size out;
    for (const int place : batch) {
      out.h = std::max(out.h, rows_[row_of(place)][i].count);
      out.w = std::max(out.w, columns_[column_of(place)][i].count);
    }
    for (std::size_t k = 0; k < batch.size(); ++k) {
      to[k].y = std::min(rows_[row_of(batch[k])][i].first, net_->shapes()[i].h - out.h);
      to[k].x = std::min(columns_[column_of(batch[k])][i].first, net_->shapes()[i].w - out.w);
    }
    pass_.step(layer, out, to);
    if (layer == options_.layer) sums.push_back(watched_sums(pass_.changes(layer).values, pass_.changes(layer).at));
  }
  if (connected_ > logits_) return read(batch, sums, pass_.changes(logits_).values);
  waiting_.maps.push_back(pass_.take_input(connected_));
  waiting_.places.insert(waiting_.places.end(), batch.begin(), batch.end());
  waiting_.sums.insert(waiting_.sums.end(), sums.begin(), sums.end());
}

void Occlusion::run_connected() {
  pass_.connect(connected_, waiting_.maps, connected_values_);
  PartialForward above(*net_, clean_, whole_);
  above.replace(connected_, connected_values_);
  above.run(logits_);
  if (options_.layer >= connected_) {
    waiting_.sums = {watched_sums(whole_.output(options_.layer), std::vector<Window>(waiting_.places.size()))};
  }
  read(std::move(waiting_.places), waiting_.sums, whole_.output(logits_));
  waiting_ = {};
}

void Occlusion::run_whole(const std::vector<int>& batch) {
  net_->infer(cover(batch, true).values, whole_, std::array{options_.layer, logits_});
  read(batch, {watched_sums(whole_.output(options_.layer), std::vector<Window>(batch.size()))}, whole_.output(logits_));
}

/// By how much each item's watched map differs from the clean one, summed over its window at at[k]: (n, 1, 1, 1).
DeviceTensor Occlusion::watched_sums(const DeviceTensor& values, Windows at) {
  const Shape& shape = values.shape();
  Backend& backend = net_->backend();
  std::vector<Window> picks;
  std::vector<Window> places;
  for (int item = 0; item < shape.n; ++item) {
    picks.push_back({item * shape.c + options_.map, 0, 0});
    places.push_back({0, at[static_cast<std::size_t>(item)].y, at[static_cast<std::size_t>(item)].x});
  }
  const DeviceTensor planes = Backend::view(values, {shape.n * shape.c, 1, shape.h, shape.w});
  backend.gather_windows(planes, picks, shape.map(), 0.0F, nullptr, {}, watched_);
  backend.window_differences(clean_map_, places, shape.map(), watched_, places, watched_change_);
  DeviceTensor sums;
  backend.channel_sum(watched_change_, sums);
  return sums;
}

void Occlusion::read(std::vector<int> places, const std::vector<DeviceTensor>& sums, const DeviceTensor& logits) {
  std::vector<Readback> tickets;
  tickets.push_back(net_->backend().read(logits));
  for (const DeviceTensor& part : sums) tickets.push_back(net_->backend().read(part));
  in_flight_.add(std::move(tickets), [this, places = std::move(places)](std::vector<Readback>& answers) { keep(places, answers); });
}

/// The logits, then the watched map's changes, batch after batch.
void Occlusion::keep(const std::vector<int>& places, std::vector<Readback>& answers) {
  const Tensor logits = answers.front().take();
  const std::size_t width = logits.shape().item();
  for (std::size_t k = 0; k < places.size(); ++k) {
    const auto place = static_cast<std::size_t>(places[k]);
    std::copy_n(logits.data() + k * width, width, maps_.logits.begin() + static_cast<std::ptrdiff_t>(place * width));
  }
  auto place = places.begin();
  for (auto part = answers.begin() + 1; part != answers.end(); ++part) {
    const Tensor changes = part->take();
    for (const float change : changes.values()) maps_.activation[static_cast<std::size_t>(*place++)] = maps_.clean_activation + change;
  }
  finished_ += places.size();
}

}  // namespace zf
