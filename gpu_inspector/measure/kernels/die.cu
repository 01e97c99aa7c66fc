// The die's own counts, rates and latencies. No headers: plain CUDA C++ with inline PTX.
//
// Inline PTX keeps the compiler from folding, fusing or reordering the operations that are timed; operands come from an
// argument, so that nothing is known when the kernel is compiled; results reach a store, so that nothing is dropped.
// Every parameter is an unsigned 64-bit number. What the rate and latency kernels leave behind stands in operations.py.

typedef unsigned long long u64;

#define CHAINS 16
#define REPEATS 8
#define RATE_THREADS 1024
#define HELD 44  // registers that each thread of `residency` keeps alive: more than half of an SM's file in one block

__device__ __forceinline__ u64 multiprocessor() {
    unsigned id;
    asm volatile("mov.u32 %0, %%smid;" : "=r"(id));
    return id;
}

// Four numbers for each block: the multiprocessor, clock before and after, and something of the results. The other
// threads' results are stored too, should they ever be this one value, so that their work is not dropped.
__device__ __forceinline__ void leave(u64 out, u64 before, u64 after, u64 value) {
    u64* place = (u64*)out + 4ull * blockIdx.x;
    if (threadIdx.x == 0) {
        place[0] = multiprocessor();
        place[1] = before;
        place[2] = after;
        place[3] = value;
    } else if (value == 0x7ff4deadbeef4321ull) {
        place[3] = value;
    }
}

// A rate: CHAINS independent accumulators of each thread, REPEATS operations of each in one iteration.
#define RATE(NAME, TYPE, BITS, STEP, START, FIRST, SECOND)                                     \
    extern "C" __global__ void __launch_bounds__(RATE_THREADS) NAME(u64 iterations, u64 out) { \
        const unsigned unknown = (unsigned)(iterations >> 62);                                 \
        const TYPE first = FIRST, second = SECOND;                                             \
        TYPE value[CHAINS];                                                                    \
        _Pragma("unroll") for (int c = 0; c < CHAINS; c++) value[c] = START;                   \
        __syncthreads();                                                                       \
        const u64 before = clock64();                                                          \
        _Pragma("unroll 2") for (u64 i = 0; i < iterations; i++) {                             \
            _Pragma("unroll") for (int r = 0; r < REPEATS; r++) {                              \
                _Pragma("unroll") for (int c = 0; c < CHAINS; c++) STEP;                       \
            }                                                                                  \
        }                                                                                      \
        __syncthreads();                                                                       \
        const u64 after = clock64();                                                           \
        u64 all = 0;                                                                           \
        _Pragma("unroll") for (int c = 0; c < CHAINS; c++) all = all * 3 + (u64)BITS(value[c]); \
        leave(out, before, after, all);                                                        \
    }

#define AS_IS(x) (x)
#define LANE (threadIdx.x + c + 1)

RATE(rate_fp32_fma, float, __float_as_uint,
     asm volatile("fma.rn.f32 %0, %0, %1, %2;" : "+f"(value[c]) : "f"(first), "f"(second)),
     (float)LANE, 1.0f + (float)unknown, 0.5f + (float)unknown)
RATE(rate_fp32_add, float, __float_as_uint,
     asm volatile("add.rn.f32 %0, %0, %1;" : "+f"(value[c]) : "f"(first + second)),
     (float)LANE, 0.5f, (float)unknown)
RATE(rate_fp32_mul, float, __float_as_uint,
     asm volatile("mul.rn.f32 %0, %0, %1;" : "+f"(value[c]) : "f"(first + second)),
     (float)LANE, 1.0f, (float)unknown)
RATE(rate_fp64_fma, double, __double_as_longlong,
     asm volatile("fma.rn.f64 %0, %0, %1, %2;" : "+d"(value[c]) : "d"(first), "d"(second)),
     (double)LANE, 1.0 + (double)unknown, 0.5 + (double)unknown)
RATE(rate_int32_mad, unsigned, AS_IS,
     asm volatile("mad.lo.u32 %0, %0, %1, %2;" : "+r"(value[c]) : "r"(first), "r"(second)),
     LANE, 0x01000193u + unknown, 0x9e3779b1u + unknown)
#if __CUDA_ARCH__ >= 610
RATE(rate_int8_dp4a, unsigned, AS_IS,
     asm volatile("dp4a.u32.u32 %0, %1, %2, %0;" : "+r"(value[c]) : "r"(first), "r"(second)),
     LANE, 0x01020304u + unknown, 0x05060708u + unknown)
#endif
#if __CUDA_ARCH__ >= 600
RATE(rate_fp16_fma2, unsigned, AS_IS,
     asm volatile("fma.rn.f16x2 %0, %0, %1, %2;" : "+r"(value[c]) : "r"(first), "r"(second)),
     0x3c003c00u + LANE, 0x3c003c00u + unknown, 0x38003800u + unknown)
#endif

// One warp, one accumulator: every operation waits for the one before.
extern "C" __global__ void latency_fp32_fma(u64 iterations, u64 out) {
    const float first = 1.0f + (float)(unsigned)(iterations >> 62), second = first - 0.5f;
    float value = (float)(threadIdx.x + 1);
    const u64 before = clock64();
    for (u64 i = 0; i < iterations; i++) {
#pragma unroll
        for (int r = 0; r < CHAINS * REPEATS; r++)
            asm volatile("fma.rn.f32 %0, %0, %1, %2;" : "+f"(value) : "f"(first), "f"(second));
    }
    leave(out, before, clock64(), __float_as_uint(value));
}

// Every block stays for a while and sets the bit of the multiprocessor that it runs on. `bitmap` has 64 numbers.
extern "C" __global__ void multiprocessors(u64 bitmap, u64 spin_clocks) {
    const u64 id = multiprocessor();
    if (threadIdx.x == 0 && id < 4096) {
        atomicOr((u64*)bitmap + (id >> 6), 1ull << (id & 63));
        const long long start = clock64();
        while ((u64)(clock64() - start) < spin_clocks) {
        }
    }
}

// How many blocks run at once, if a multiprocessor has room for one. Each announces itself at `counter` (device memory,
// zero before) and waits until all `blocks` are there, or until its patience ends. out[b] is 1 where b saw them all.
//
// Room for one alone: by dynamic shared memory where more than half of it can be asked for, and by registers always:
// HELD values that no compiler can compute again, each thread's own, live across the wait, in 1024 threads.
extern "C" __global__ void __launch_bounds__(RATE_THREADS)
residency(u64 counter, u64 out, u64 blocks, u64 timeout_clocks) {
    unsigned held[HELD];
#pragma unroll
    for (int i = 0; i < HELD; i++) held[i] = __shfl_xor_sync(0xffffffffu, (unsigned)clock64() + threadIdx.x, i & 31);
    if (threadIdx.x == 0) {
        atomicAdd((u64*)counter, 1ull);
        const long long start = clock64();
        u64 there;
        do {
            there = *(volatile u64*)counter;
        } while (there < blocks && (u64)(clock64() - start) < timeout_clocks);
        ((u64*)out)[blockIdx.x] = there >= blocks ? 1 : 0;
    }
    __syncthreads();
    // It begins with what is only known after the wait, so that nothing can be added up before.
    unsigned all = (unsigned)*(volatile u64*)counter;
#pragma unroll
    for (int i = 0; i < HELD; i++) asm volatile("mad.lo.u32 %0, %0, 5, %1;" : "+r"(all) : "r"(held[i]));
    if (all == 0xdeadbeefu && blocks == 0) ((u64*)out)[blockIdx.x] = all;
}

// A number in place of each number below 2^bits, and no number twice: every step can be undone (odd factors, shifts to
// the right). Walked on until it falls below `count`, it is an order of the numbers below `count`.
__device__ __forceinline__ u64 shuffled(u64 place, u64 count, u64 bits, u64 seed) {
    const u64 mask = (1ull << bits) - 1, half = (bits + 1) / 2;
    do {
        place = (place + seed) & mask;
        place ^= place >> half;
        place = (place * 0x9e3779b97f4a7c15ull) & mask;
        place ^= place >> half;
        place = (place * 0xd1b54a32d192ed03ull + (seed >> 17)) & mask;
        place ^= place >> half;
        place = (place * 0xc2b2ae3d27d4eb4full) & mask;
    } while (place >= count);
    return place;
}

// The piece at position `place` of the random cycle over `count` pieces; position 0 is piece 0.
struct Cycle {
    u64 count, bits, seed, origin;
    __device__ __forceinline__ Cycle(u64 count, u64 seed) : count(count), bits(1), seed(seed) {
        while ((1ull << bits) < count) bits++;
        origin = shuffled(0, count, bits, seed);
    }
    __device__ __forceinline__ u64 at(u64 place) const {
        const u64 piece = shuffled(place < count ? place : 0, count, bits, seed);
        return piece >= origin ? piece - origin : piece + count - origin;
    }
};

__device__ __forceinline__ u64 read(u64 address) {
    u64 value;
    asm volatile("ld.global.ca.u64 %0, [%1];" : "=l"(value) : "l"(address) : "memory");
    return value;
}

// One random cycle over `lines` pieces of memory, `stride_bytes` apart: each holds the address of the next. One block
// writes it and then reads it once, both in the order of the cycle: the part of L2 that is near to its multiprocessor
// holds what it can when the chase begins there. A walk of one thread alone would take too long for that.
extern "C" __global__ void __launch_bounds__(RATE_THREADS)
chase_prepare(u64 base, u64 lines, u64 stride_bytes, u64 seed) {
    const Cycle cycle(lines, seed);
    for (u64 i = threadIdx.x; i < lines; i += blockDim.x)
        *(u64*)(base + cycle.at(i) * stride_bytes) = base + cycle.at(i + 1) * stride_bytes;
    __syncthreads();
    u64 all = 0;
    for (u64 i = threadIdx.x; i < lines; i += blockDim.x) all ^= read(base + cycle.at(i) * stride_bytes);
    if (all == 0xdeadbeefdeadbeefull) *(u64*)base = all;  // never: addresses are multiples of 8
}

// One thread walks the cycle from piece 0: `warm_steps` that do not count, then `steps` that do. out[0] is the clocks of
// these steps, out[1] where they led. The clocks of the last read are not waited for: one of thousands.
extern "C" __global__ void chase(u64 base, u64 steps, u64 warm_steps, u64 out) {
    u64 here = base;
    for (u64 i = 0; i < warm_steps; i++) here = read(here);
    const u64 before = clock64();
    for (u64 i = 0; i < steps; i++) here = read(here);
    ((u64*)out)[0] = clock64() - before;
    ((u64*)out)[1] = here;
}
