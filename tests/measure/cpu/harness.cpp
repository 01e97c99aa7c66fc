// The kernels of the memory test and of the speed test, byte for byte, as a library for one thread of a CPU.
#include "shim.h"

#include MEMORY_KERNELS
#include SPEED_KERNELS

static_assert(sizeof(machine::Fault) == 40, "as the test lays it out");

extern "C" void set_machine(
    uint8_t *cells, u64 base, u64 pages, const int64_t *page_table, const uint8_t *channel_table, void *faults, int count)
{
    machine::cells = cells;
    machine::base = base;
    machine::pages = pages;
    machine::page_table = page_table;
    machine::channel_table = channel_table;
    machine::faults = (machine::Fault *)faults;
    machine::fault_count = count;
    machine::strayed = 0;
}

// Time passes: every weak cell forgets.
extern "C" void forget()
{
    for (int i = 0; i < machine::fault_count; ++i) {
        const machine::Fault &fault = machine::faults[i];
        if (fault.kind == machine::WEAK_CELL)
            machine::put_bit(
                (uint64_t *)(machine::cells + fault.page * machine::PAGE + fault.word * machine::WORD), fault.first,
                fault.second);
    }
}

extern "C" u64 accesses_astray()
{
    return machine::strayed;
}

static bool run_thread(const char *name, const u64 *a)
{
    if (!strcmp(name, "fill"))
        fill(a[0], a[1], a[2], a[3], a[4], a[5]);
    else if (!strcmp(name, "verify"))
        verify(a[0], a[1], a[2], a[3], a[4], a[5], a[6]);
    else if (!strcmp(name, "diagnose"))
        diagnose(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8]);
    else if (!strcmp(name, "gather"))
        gather(a[0], a[1], a[2]);
    else if (!strcmp(name, "poke"))
        poke(a[0], a[1], a[2]);
    else if (!strcmp(name, "write_all"))
        write_all(a[0], a[1], a[2]);
    else if (!strcmp(name, "read_all"))
        read_all(a[0], a[1], a[2]);
    else if (!strcmp(name, "copy_all"))
        copy_all(a[0], a[1], a[2]);
    else if (!strcmp(name, "burn"))
        burn(a[0], a[1]);
    else
        return false;
    return true;
}

// Every thread of every block, in order. 0 where there is no such kernel.
extern "C" int run_kernel(const char *name, unsigned grid, unsigned block, const u64 *arguments)
{
    gridDim = {grid, 1, 1};
    blockDim = {block, 1, 1};
    for (unsigned b = 0; b < grid; ++b)
        for (unsigned t = 0; t < block; ++t) {
            blockIdx = {b, 0, 0};
            threadIdx = {t, 0, 0};
            if (!run_thread(name, arguments))
                return 0;
        }
    return 1;
}
