// The module zfscope_mpi.so: the only file that knows MPI.
#include <mpi.h>

#include <cstdlib>
#include <numeric>
#include <vector>

#include "native/mpi/mpi_functions.h"

struct ZfMpiSum {
  MPI_Request request;
};

namespace {

ZfMpiFunctions functions{};

ZfMpiSum* start_sum(float* values, int count) {
  MPI_Request request = MPI_REQUEST_NULL;
  if (MPI_Iallreduce(MPI_IN_PLACE, values, count, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD, &request) != MPI_SUCCESS) return nullptr;
  return new ZfMpiSum{request};
}

/// Unlike MPI_Test it leaves the request for wait_for_sum.
void poke_sum(ZfMpiSum* sum) {
  int done = 0;
  MPI_Request_get_status(sum->request, &done, MPI_STATUS_IGNORE);
}

int wait_for_sum(ZfMpiSum* sum) {
  const int status = MPI_Wait(&sum->request, MPI_STATUS_IGNORE);
  delete sum;
  return status == MPI_SUCCESS ? 1 : 0;
}

int gather_lengths(int own, int* lengths) {
  return MPI_Allgather(&own, 1, MPI_INT, lengths, 1, MPI_INT, MPI_COMM_WORLD) == MPI_SUCCESS ? 1 : 0;
}

int gather_bytes(const char* own, const int* lengths, char* all) {
  std::vector<int> places(static_cast<std::size_t>(functions.size));
  std::exclusive_scan(lengths, lengths + functions.size, places.begin(), 0);
  const int status = MPI_Allgatherv(own, lengths[functions.rank], MPI_CHAR, all, lengths, places.data(), MPI_CHAR, MPI_COMM_WORLD);
  return status == MPI_SUCCESS ? 1 : 0;
}

void abort_all() { MPI_Abort(MPI_COMM_WORLD, EXIT_FAILURE); }
void finish() { MPI_Finalize(); }

}  // namespace

const ZfMpiFunctions* zf_mpi_start() {
  int provided = MPI_THREAD_SINGLE;
  if (MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS) return nullptr;
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  functions = {0, 1, start_sum, poke_sum, wait_for_sum, gather_lengths, gather_bytes, abort_all, finish};
  MPI_Comm_rank(MPI_COMM_WORLD, &functions.rank);
  MPI_Comm_size(MPI_COMM_WORLD, &functions.size);
  return &functions;
}
