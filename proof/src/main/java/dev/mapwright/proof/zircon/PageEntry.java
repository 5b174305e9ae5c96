package dev.mapwright.proof.zircon;

/** What one page of an address space shows. */
final class PageEntry {
  final ModelVmo vmo;
  final long vmoPage;
  final ModelRegion region;

  /** PERM_x bits the page may ever get. */
  final int maximum;

  /** PERM_x bits now. */
  int permissions;

  PageEntry(ModelVmo vmo, long vmoPage, ModelRegion region, int permissions, int maximum) {
    this.vmo = vmo;
    this.vmoPage = vmoPage;
    this.region = region;
    this.permissions = permissions;
    this.maximum = maximum;
  }
}
