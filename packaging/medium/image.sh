#!/bin/bash
# Third stage of build.sh: the tree into one image that starts from DVD and stick, by UEFI (with Secure Boot: Debian's
# signed shim, GRUB and kernel) and by BIOS. Prints the two digests that the office writes down.
#     image.sh TREE OUT
set -euo pipefail
tree=$1
out=$2
here=$(cd "$(dirname "$0")" && pwd)
: "${STAGE:?}" "${SOURCE_DATE_EPOCH:?}"
disk=$STAGE/disk
iso=$out/gpu-inspector.iso
rm -rf "$disk" "$iso"
mkdir -p "$disk"/{live,boot/grub,EFI/boot,gpu-inspector,.disk}

kernel=$(basename "$(ls -d "$tree"/lib/modules/*)")
cp "$tree/boot/vmlinuz-$kernel" "$disk/live/vmlinuz"
cp "$tree/boot/initrd.img-$kernel" "$disk/live/initrd.img"
echo "Packing the tree ..."
# The kernel and its initrd lie beside it; SOURCE_DATE_EPOCH bounds every time on it.
mksquashfs "$tree" "$disk/live/filesystem.squashfs" -noappend -no-progress -quiet -comp zstd -Xcompression-level "${LEVEL:-9}" \
    -b 256K -no-exports -wildcards -e 'boot/*' 'proc/*' 'sys/*' 'dev/*' 'run/*' 'tmp/*'

echo 'GPU Inspector' >"$disk/.disk/info"
cp "$here/grub.cfg" "$disk/boot/grub/grub.cfg"
cp "$STAGE/about.json" "$STAGE/packages.txt" "$STAGE/contents.txt" "$disk/gpu-inspector/"
[ ! -e "$STAGE/mok.der" ] || cp "$STAGE/mok.der" "$disk/gpu-inspector/module.der"

# --- UEFI: the signed chain, in the image's own small partition.
cp /usr/lib/shim/shimx64.efi.signed "$disk/EFI/boot/bootx64.efi"
cp /usr/lib/shim/mmx64.efi.signed "$disk/EFI/boot/mmx64.efi"
cp /usr/lib/grub/x86_64-efi-signed/gcdx64.efi.signed "$disk/EFI/boot/grubx64.efi"
printf 'search --set=root --file /.disk/info\nset prefix=($root)/boot/grub\nconfigfile ($root)/boot/grub/grub.cfg\n' >"$STAGE/efi.cfg"
find "$disk" "$STAGE/efi.cfg" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
efi=$disk/boot/grub/efi.img
mkfs.vfat -C "$efi" -i "$(printf '%08x' $((SOURCE_DATE_EPOCH % 4294967296)))" -n GPUI-EFI 10240 >/dev/null
mmd -i "$efi" ::EFI ::EFI/boot ::boot ::boot/grub
mcopy -m -i "$efi" "$disk"/EFI/boot/*.efi ::EFI/boot
mcopy -m -i "$efi" "$STAGE/efi.cfg" ::boot/grub/grub.cfg
[ ! -e "$disk/gpu-inspector/module.der" ] || mcopy -m -i "$efi" "$disk/gpu-inspector/module.der" ::module.der

# --- BIOS: GRUB of this machine's packages.
printf 'search --set=root --file /.disk/info\nset prefix=($root)/boot/grub\n' >"$STAGE/bios.cfg"
grub-mkimage -O i386-pc-eltorito -o "$disk/boot/grub/eltorito.img" -p /boot/grub -c "$STAGE/bios.cfg" \
    biosdisk iso9660 part_msdos part_gpt search search_fs_file normal configfile linux echo test sleep halt reboot \
    all_video gfxterm font terminal keystatus

# --- The list: every file on the medium, but for itself and for the start code, into which the image's maker writes its
# own place; that code is covered by the digest of the whole image alone.
(cd "$disk" && find . -type f ! -path './boot/grub/eltorito.img' ! -path './gpu-inspector/SHA256SUMS' -printf '%P\n' |
    LC_ALL=C sort | xargs -d '\n' sha256sum) >"$disk/gpu-inspector/SHA256SUMS"
find "$disk" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +

xorriso -as mkisofs -quiet -iso-level 3 -r -V GPUI-LIVE -o "$iso" \
    --set_all_file_dates set_to_mtime --modification-date="$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y%m%d%H%M%S00)" \
    -b boot/grub/eltorito.img -no-emul-boot -boot-load-size 4 -boot-info-table --grub2-boot-info \
    --grub2-mbr /usr/lib/grub/i386-pc/boot_hybrid.img \
    -eltorito-alt-boot -e boot/grub/efi.img -no-emul-boot -append_partition 2 0xef "$efi" "$disk"

cp "$disk/gpu-inspector/SHA256SUMS" "$disk/gpu-inspector/about.json" "$disk/gpu-inspector/packages.txt" \
    "$disk/gpu-inspector/contents.txt" "$out/"
printf '\n%s\n' "$(cat "$out/about.json")"
printf 'Image:                 %s (%s MiB)\n' "$iso" "$(($(stat -c %s "$iso") / 1048576))"
printf 'SHA-256 of the image:  %s\n' "$(sha256sum "$iso" | cut -d ' ' -f 1)"
printf 'SHA-256 of its list:   %s\n' "$(sha256sum "$out/SHA256SUMS" | cut -d ' ' -f 1)"
printf 'Write both down, away from the medium: the second stands in each report that is made from it.\n'
