// Bandwidth of the memory, and a load that heats the die and not the memory. launches.py gives the arguments.

typedef unsigned long long u64;

// A sum that no content of the memory has but by a chance of 1 in 2^64 a thread: the compiler cannot know.
static const u64 NEVER = 0x5EED0FA11C0FFEE5ull;

// Chains of a thread that do not wait for each other, and steps of each in one iteration.
static const int CHAINS = 8;
static const int STEPS = 32;

extern "C" __global__ void __launch_bounds__(256) write_all(u64 base, u64 units, u64 value)
{
    ulonglong2 unit = {value, value};
    u64 step = gridDim.x * (u64)blockDim.x;
#pragma unroll 4
    for (u64 i = blockIdx.x * (u64)blockDim.x + threadIdx.x; i < units; i += step)
        __stcg((ulonglong2 *)base + i, unit);
}

extern "C" __global__ void __launch_bounds__(256) read_all(u64 base, u64 units, u64 sink)
{
    u64 sum = 0;
    u64 step = gridDim.x * (u64)blockDim.x;
#pragma unroll 8
    for (u64 i = blockIdx.x * (u64)blockDim.x + threadIdx.x; i < units; i += step) {
        ulonglong2 unit = __ldcg((const ulonglong2 *)base + i);
        sum += unit.x ^ unit.y;
    }
    if (sum == NEVER)
        *(u64 *)sink = sum;
}

extern "C" __global__ void __launch_bounds__(256) copy_all(u64 target, u64 source, u64 units)
{
    u64 step = gridDim.x * (u64)blockDim.x;
    u64 i = blockIdx.x * (u64)blockDim.x + threadIdx.x;
    // The compiler may not move a read before a write that it cannot tell apart: four reads are begun by hand.
    for (; i + 3 * step < units; i += 4 * step) {
        ulonglong2 first = __ldcg((const ulonglong2 *)source + i);
        ulonglong2 second = __ldcg((const ulonglong2 *)source + i + step);
        ulonglong2 third = __ldcg((const ulonglong2 *)source + i + 2 * step);
        ulonglong2 fourth = __ldcg((const ulonglong2 *)source + i + 3 * step);
        __stcg((ulonglong2 *)target + i, first);
        __stcg((ulonglong2 *)target + i + step, second);
        __stcg((ulonglong2 *)target + i + 2 * step, third);
        __stcg((ulonglong2 *)target + i + 3 * step, fourth);
    }
    for (; i < units; i += step)
        __stcg((ulonglong2 *)target + i, __ldcg((const ulonglong2 *)source + i));
}

// Multiply-adds on registers alone. x = x * x + c with c near -2 never leaves [-2, 2] and never settles, so that the
// bits of the multipliers go on changing: numbers that settle would draw less power.
extern "C" __global__ void burn(u64 iterations, u64 sink)
{
    float x[CHAINS];
    u64 thread = blockIdx.x * (u64)blockDim.x + threadIdx.x;
#pragma unroll
    for (int chain = 0; chain < CHAINS; ++chain)
        x[chain] = (float)((thread * CHAINS + chain) % 8191) * (1.0f / 8192.0f);
    for (u64 i = 0; i < iterations; ++i) {
#pragma unroll
        for (int step = 0; step < STEPS; ++step) {
#pragma unroll
            for (int chain = 0; chain < CHAINS; ++chain)
                x[chain] = __fmaf_rn(x[chain], x[chain], -1.99f);
        }
    }
    float sum = 0.0f;
#pragma unroll
    for (int chain = 0; chain < CHAINS; ++chain)
        sum += x[chain];
    // Out of reach of eight numbers of at most 2 each.
    if (sum > 100.0f)
        *(float *)sink = sum;
}
