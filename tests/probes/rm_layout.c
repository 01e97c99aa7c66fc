/* Prints how a C compiler lays out what `probes/rm_layout.py` sends to the driver: one "name value" a line.
 *
 * Without USE_HEADERS the structures are declared here, member by member, with the C types that NVIDIA's open kernel
 * module 595.45.04 gives them (MIT licence; facts of an interface, written anew). With it, the headers themselves
 * are included, from a checkout of that module, and no declaration of ours has a say. WITHOUT_SKU leaves out the one
 * structure that drivers before 550 have in another form.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>

#ifdef USE_HEADERS

#include "nvtypes.h"
#include "nvos.h"
#include "nv-ioctl.h"
#include "nv_escape.h"
#include "class/cl0000.h"
#include "class/cl0080.h"
#include "class/cl2080.h"
#include "ctrl/ctrl0000/ctrl0000gpu.h"
#include "ctrl/ctrl2080/ctrl2080bios.h"
#include "ctrl/ctrl2080/ctrl2080fb.h"
#include "ctrl/ctrl2080/ctrl2080gpu.h"
#include "ctrl/ctrl2080/ctrl2080mc.h"

#else

typedef uint8_t NvU8;
typedef uint16_t NvU16;
typedef uint32_t NvU32;
typedef int32_t NvS32;
typedef uint64_t NvU64;
typedef NvU8 NvBool;
typedef NvU32 NvHandle;
typedef NvU32 NvV32;
typedef void *NvP64;
#define AT_8 __attribute__((aligned(8)))

#define NV_IOCTL_MAGIC 'F'
#define NV_ESC_CARD_INFO 200
#define NV_ESC_CHECK_VERSION_STR 210
#define NV_ESC_RM_FREE 0x29
#define NV_ESC_RM_CONTROL 0x2A
#define NV_ESC_RM_ALLOC 0x2B
#define NV_RM_API_VERSION_CMD_QUERY '2'
#define NV_RM_API_VERSION_REPLY_RECOGNIZED 1
#define NV01_ROOT 0
#define NV01_DEVICE_0 0x80
#define NV20_SUBDEVICE_0 0x2080
#define NV_MAX_DEVICES 32
#define NV0000_CTRL_CMD_GPU_GET_ID_INFO_V2 0x205
#define NV2080_CTRL_CMD_GPU_GET_OEM_BOARD_INFO 0x2080013F
#define NV2080_CTRL_CMD_GPU_GET_CHIP_DETAILS 0x208001A4
#define NV2080_CTRL_CMD_BIOS_GET_SKU_INFO 0x20800808
#define NV2080_CTRL_CMD_FB_GET_INFO_V2 0x20801303
#define NV2080_CTRL_CMD_MC_GET_ARCH_INFO 0x20801701
#define NV2080_CTRL_FB_INFO_INDEX_RAM_SIZE 0x07
#define NV2080_CTRL_FB_INFO_INDEX_BUS_WIDTH 0x0B
#define NV2080_CTRL_FB_INFO_INDEX_RAM_CFG 0x0C
#define NV2080_CTRL_FB_INFO_INDEX_RAM_TYPE 0x0D
#define NV2080_CTRL_FB_INFO_INDEX_FBP_MASK 0x1A
#define NV2080_CTRL_FB_INFO_INDEX_L2CACHE_SIZE 0x1B
#define NV2080_CTRL_FB_INFO_INDEX_MEMORYINFO_VENDOR_ID 0x1C
#define NV2080_CTRL_FB_INFO_MAX_LIST_SIZE 0x80

typedef struct { NvU32 cmd; NvU32 reply; char versionString[64]; } nv_ioctl_rm_api_version_t;
typedef struct { NvU32 domain; NvU8 bus; NvU8 slot; NvU8 function; NvU16 vendor_id; NvU16 device_id; } nv_pci_info_t;
typedef struct {
    NvBool valid; nv_pci_info_t pci_info; NvU32 gpu_id; NvU16 interrupt_line; NvU64 reg_address AT_8;
    NvU64 reg_size AT_8; NvU64 fb_address AT_8; NvU64 fb_size AT_8; NvU32 minor_number; NvU8 dev_name[10];
} nv_ioctl_card_info_t;
typedef struct { NvHandle hRoot; NvHandle hObjectParent; NvHandle hObjectOld; NvV32 status; } NVOS00_PARAMETERS;
typedef struct {
    NvHandle hRoot; NvHandle hObjectParent; NvHandle hObjectNew; NvV32 hClass; NvP64 pAllocParms AT_8;
    NvU32 paramsSize; NvV32 status;
} NVOS21_PARAMETERS;
typedef struct {
    NvHandle hClient; NvHandle hObject; NvV32 cmd; NvU32 flags; NvP64 params AT_8; NvU32 paramsSize; NvV32 status;
} NVOS54_PARAMETERS;
typedef struct {
    NvU32 deviceId; NvHandle hClientShare; NvHandle hTargetClient; NvHandle hTargetDevice; NvV32 flags;
    NvU64 vaSpaceSize AT_8; NvU64 vaStartInternal AT_8; NvU64 vaLimitInternal AT_8; NvV32 vaMode;
} NV0080_ALLOC_PARAMETERS;
typedef struct { NvU32 subDeviceId; } NV2080_ALLOC_PARAMETERS;
typedef struct {
    NvU32 gpuId; NvU32 gpuFlags; NvU32 deviceInstance; NvU32 subDeviceInstance; NvU32 sliStatus; NvU32 boardId;
    NvU32 gpuInstance; NvS32 numaId;
} NV0000_CTRL_GPU_GET_ID_INFO_V2_PARAMS;
typedef struct { NvU32 pciDevId; NvU8 chipSku[4]; NvU32 chipMajor; NvU32 chipMinor; }
    NV2080_CTRL_GPU_GET_CHIP_DETAILS_PARAMS;
typedef struct {
    NvU32 BoardID; char chipSKU[9]; char chipSKUMod[5]; NvU32 skuConfigVersion; char project[5]; char projectSKU[5];
    char CDP[6]; char projectSKUMod[2]; NvU32 businessCycle;
} NV2080_CTRL_BIOS_GET_SKU_INFO_PARAMS;
typedef struct {
    NvU32 buildDate; NvU8 marketingName[24]; NvU8 serialNumber[16]; NvU8 memoryManufacturer; NvU8 memoryPartID[20];
    NvU8 memoryDateCode[6]; NvU8 productPartNumber[20]; NvU8 boardRevision[3]; NvU8 boardType;
    NvU8 board699PartNumber[20]; NvU8 board965PartNumber[20];
} NV2080_CTRL_GPU_GET_OEM_BOARD_INFO_PARAMS;
typedef struct { NvU32 index; NvU32 data; } NV2080_CTRL_FB_INFO;
typedef struct { NvU32 fbInfoListSize; NV2080_CTRL_FB_INFO fbInfoList[NV2080_CTRL_FB_INFO_MAX_LIST_SIZE]; }
    NV2080_CTRL_FB_GET_INFO_V2_PARAMS;
typedef struct { NvU32 architecture; NvU32 implementation; NvU32 revision; NvU8 subRevision; }
    NV2080_CTRL_MC_GET_ARCH_INFO_PARAMS;

#endif

#define NUMBER(name) printf("%s %llu\n", #name, (unsigned long long)(name))
#define SIZE(type) printf("sizeof %s %zu\n", #type, sizeof(type))
#define MEMBER(type, member) \
    printf("%s.%s %zu %zu\n", #type, #member, offsetof(type, member), sizeof(((type *)0)->member))
#define REQUEST(number, bytes) \
    printf("ioctl %s %llu\n", #number, (unsigned long long)_IOC(_IOC_READ | _IOC_WRITE, NV_IOCTL_MAGIC, number, bytes))

int main(void)
{
    SIZE(nv_ioctl_rm_api_version_t);
    MEMBER(nv_ioctl_rm_api_version_t, cmd);
    MEMBER(nv_ioctl_rm_api_version_t, reply);
    MEMBER(nv_ioctl_rm_api_version_t, versionString);
    SIZE(nv_ioctl_card_info_t);
    MEMBER(nv_ioctl_card_info_t, valid);
    MEMBER(nv_ioctl_card_info_t, pci_info.domain);
    MEMBER(nv_ioctl_card_info_t, pci_info.bus);
    MEMBER(nv_ioctl_card_info_t, pci_info.slot);
    MEMBER(nv_ioctl_card_info_t, pci_info.function);
    MEMBER(nv_ioctl_card_info_t, pci_info.vendor_id);
    MEMBER(nv_ioctl_card_info_t, pci_info.device_id);
    MEMBER(nv_ioctl_card_info_t, gpu_id);
    MEMBER(nv_ioctl_card_info_t, interrupt_line);
    MEMBER(nv_ioctl_card_info_t, reg_address);
    MEMBER(nv_ioctl_card_info_t, reg_size);
    MEMBER(nv_ioctl_card_info_t, fb_address);
    MEMBER(nv_ioctl_card_info_t, fb_size);
    MEMBER(nv_ioctl_card_info_t, minor_number);
    MEMBER(nv_ioctl_card_info_t, dev_name);
    SIZE(NVOS00_PARAMETERS);
    MEMBER(NVOS00_PARAMETERS, hRoot);
    MEMBER(NVOS00_PARAMETERS, hObjectParent);
    MEMBER(NVOS00_PARAMETERS, hObjectOld);
    MEMBER(NVOS00_PARAMETERS, status);
    SIZE(NVOS21_PARAMETERS);
    MEMBER(NVOS21_PARAMETERS, hRoot);
    MEMBER(NVOS21_PARAMETERS, hObjectParent);
    MEMBER(NVOS21_PARAMETERS, hObjectNew);
    MEMBER(NVOS21_PARAMETERS, hClass);
    MEMBER(NVOS21_PARAMETERS, pAllocParms);
    MEMBER(NVOS21_PARAMETERS, paramsSize);
    MEMBER(NVOS21_PARAMETERS, status);
    SIZE(NVOS54_PARAMETERS);
    MEMBER(NVOS54_PARAMETERS, hClient);
    MEMBER(NVOS54_PARAMETERS, hObject);
    MEMBER(NVOS54_PARAMETERS, cmd);
    MEMBER(NVOS54_PARAMETERS, flags);
    MEMBER(NVOS54_PARAMETERS, params);
    MEMBER(NVOS54_PARAMETERS, paramsSize);
    MEMBER(NVOS54_PARAMETERS, status);
    SIZE(NV0080_ALLOC_PARAMETERS);
    MEMBER(NV0080_ALLOC_PARAMETERS, deviceId);
    MEMBER(NV0080_ALLOC_PARAMETERS, hClientShare);
    MEMBER(NV0080_ALLOC_PARAMETERS, hTargetClient);
    MEMBER(NV0080_ALLOC_PARAMETERS, hTargetDevice);
    MEMBER(NV0080_ALLOC_PARAMETERS, flags);
    MEMBER(NV0080_ALLOC_PARAMETERS, vaSpaceSize);
    MEMBER(NV0080_ALLOC_PARAMETERS, vaStartInternal);
    MEMBER(NV0080_ALLOC_PARAMETERS, vaLimitInternal);
    MEMBER(NV0080_ALLOC_PARAMETERS, vaMode);
    SIZE(NV2080_ALLOC_PARAMETERS);
    MEMBER(NV2080_ALLOC_PARAMETERS, subDeviceId);
    SIZE(NV0000_CTRL_GPU_GET_ID_INFO_V2_PARAMS);
    MEMBER(NV0000_CTRL_GPU_GET_ID_INFO_V2_PARAMS, gpuId);
    MEMBER(NV0000_CTRL_GPU_GET_ID_INFO_V2_PARAMS, gpuFlags);
    MEMBER(NV0000_CTRL_GPU_GET_ID_INFO_V2_PARAMS, deviceInstance);
    MEMBER(NV0000_CTRL_GPU_GET_ID_INFO_V2_PARAMS, subDeviceInstance);
    MEMBER(NV0000_CTRL_GPU_GET_ID_INFO_V2_PARAMS, sliStatus);
    MEMBER(NV0000_CTRL_GPU_GET_ID_INFO_V2_PARAMS, boardId);
    MEMBER(NV0000_CTRL_GPU_GET_ID_INFO_V2_PARAMS, gpuInstance);
    MEMBER(NV0000_CTRL_GPU_GET_ID_INFO_V2_PARAMS, numaId);
    SIZE(NV2080_CTRL_GPU_GET_CHIP_DETAILS_PARAMS);
    MEMBER(NV2080_CTRL_GPU_GET_CHIP_DETAILS_PARAMS, pciDevId);
    MEMBER(NV2080_CTRL_GPU_GET_CHIP_DETAILS_PARAMS, chipSku);
    MEMBER(NV2080_CTRL_GPU_GET_CHIP_DETAILS_PARAMS, chipMajor);
    MEMBER(NV2080_CTRL_GPU_GET_CHIP_DETAILS_PARAMS, chipMinor);
#ifndef WITHOUT_SKU
    SIZE(NV2080_CTRL_BIOS_GET_SKU_INFO_PARAMS);
    MEMBER(NV2080_CTRL_BIOS_GET_SKU_INFO_PARAMS, BoardID);
    MEMBER(NV2080_CTRL_BIOS_GET_SKU_INFO_PARAMS, chipSKU);
    MEMBER(NV2080_CTRL_BIOS_GET_SKU_INFO_PARAMS, chipSKUMod);
    MEMBER(NV2080_CTRL_BIOS_GET_SKU_INFO_PARAMS, skuConfigVersion);
    MEMBER(NV2080_CTRL_BIOS_GET_SKU_INFO_PARAMS, project);
    MEMBER(NV2080_CTRL_BIOS_GET_SKU_INFO_PARAMS, projectSKU);
    MEMBER(NV2080_CTRL_BIOS_GET_SKU_INFO_PARAMS, CDP);
    MEMBER(NV2080_CTRL_BIOS_GET_SKU_INFO_PARAMS, projectSKUMod);
    MEMBER(NV2080_CTRL_BIOS_GET_SKU_INFO_PARAMS, businessCycle);
#endif
    SIZE(NV2080_CTRL_GPU_GET_OEM_BOARD_INFO_PARAMS);
    MEMBER(NV2080_CTRL_GPU_GET_OEM_BOARD_INFO_PARAMS, buildDate);
    MEMBER(NV2080_CTRL_GPU_GET_OEM_BOARD_INFO_PARAMS, marketingName);
    MEMBER(NV2080_CTRL_GPU_GET_OEM_BOARD_INFO_PARAMS, serialNumber);
    MEMBER(NV2080_CTRL_GPU_GET_OEM_BOARD_INFO_PARAMS, memoryManufacturer);
    MEMBER(NV2080_CTRL_GPU_GET_OEM_BOARD_INFO_PARAMS, memoryPartID);
    MEMBER(NV2080_CTRL_GPU_GET_OEM_BOARD_INFO_PARAMS, memoryDateCode);
    MEMBER(NV2080_CTRL_GPU_GET_OEM_BOARD_INFO_PARAMS, productPartNumber);
    MEMBER(NV2080_CTRL_GPU_GET_OEM_BOARD_INFO_PARAMS, boardRevision);
    MEMBER(NV2080_CTRL_GPU_GET_OEM_BOARD_INFO_PARAMS, boardType);
    MEMBER(NV2080_CTRL_GPU_GET_OEM_BOARD_INFO_PARAMS, board699PartNumber);
    MEMBER(NV2080_CTRL_GPU_GET_OEM_BOARD_INFO_PARAMS, board965PartNumber);
    SIZE(NV2080_CTRL_FB_INFO);
    MEMBER(NV2080_CTRL_FB_INFO, index);
    MEMBER(NV2080_CTRL_FB_INFO, data);
    SIZE(NV2080_CTRL_FB_GET_INFO_V2_PARAMS);
    MEMBER(NV2080_CTRL_FB_GET_INFO_V2_PARAMS, fbInfoListSize);
    MEMBER(NV2080_CTRL_FB_GET_INFO_V2_PARAMS, fbInfoList);
    SIZE(NV2080_CTRL_MC_GET_ARCH_INFO_PARAMS);
    MEMBER(NV2080_CTRL_MC_GET_ARCH_INFO_PARAMS, architecture);
    MEMBER(NV2080_CTRL_MC_GET_ARCH_INFO_PARAMS, implementation);
    MEMBER(NV2080_CTRL_MC_GET_ARCH_INFO_PARAMS, revision);
    MEMBER(NV2080_CTRL_MC_GET_ARCH_INFO_PARAMS, subRevision);
    REQUEST(NV_ESC_CARD_INFO, NV_MAX_DEVICES * sizeof(nv_ioctl_card_info_t));
    REQUEST(NV_ESC_CHECK_VERSION_STR, sizeof(nv_ioctl_rm_api_version_t));
    REQUEST(NV_ESC_RM_FREE, sizeof(NVOS00_PARAMETERS));
    REQUEST(NV_ESC_RM_CONTROL, sizeof(NVOS54_PARAMETERS));
    REQUEST(NV_ESC_RM_ALLOC, sizeof(NVOS21_PARAMETERS));
    NUMBER(NV_RM_API_VERSION_CMD_QUERY);
    NUMBER(NV_RM_API_VERSION_REPLY_RECOGNIZED);
    NUMBER(NV01_ROOT);
    NUMBER(NV01_DEVICE_0);
    NUMBER(NV20_SUBDEVICE_0);
    NUMBER(NV_MAX_DEVICES);
    NUMBER(NV0000_CTRL_CMD_GPU_GET_ID_INFO_V2);
    NUMBER(NV2080_CTRL_CMD_GPU_GET_OEM_BOARD_INFO);
    NUMBER(NV2080_CTRL_CMD_GPU_GET_CHIP_DETAILS);
    NUMBER(NV2080_CTRL_CMD_BIOS_GET_SKU_INFO);
    NUMBER(NV2080_CTRL_CMD_FB_GET_INFO_V2);
    NUMBER(NV2080_CTRL_CMD_MC_GET_ARCH_INFO);
    NUMBER(NV2080_CTRL_FB_INFO_INDEX_RAM_SIZE);
    NUMBER(NV2080_CTRL_FB_INFO_INDEX_BUS_WIDTH);
    NUMBER(NV2080_CTRL_FB_INFO_INDEX_RAM_CFG);
    NUMBER(NV2080_CTRL_FB_INFO_INDEX_RAM_TYPE);
    NUMBER(NV2080_CTRL_FB_INFO_INDEX_FBP_MASK);
    NUMBER(NV2080_CTRL_FB_INFO_INDEX_L2CACHE_SIZE);
    NUMBER(NV2080_CTRL_FB_INFO_INDEX_MEMORYINFO_VENDOR_ID);
    NUMBER(NV2080_CTRL_FB_INFO_MAX_LIST_SIZE);
    return 0;
}
