package dev.priok.http.routes;

/** A reference as it came, taken apart: the repository, and a tag or a digest. */
record ImageName(String repository, String tag) {

  /** A tag or digest given on its own wins over the one in the name. */
  static ImageName of(String name, String tag) {
    int at = name.indexOf('@');
    String bare = at < 0 ? name : name.substring(0, at);
    String digest = at < 0 ? "" : name.substring(at + 1);
    int colon = bare.lastIndexOf(':');
    String inName = "";
    // A colon before a slash belongs to a registry's port.
    if (colon > bare.lastIndexOf('/')) {
      inName = bare.substring(colon + 1);
      bare = bare.substring(0, colon);
    }
    if (!tag.isEmpty()) {
      return new ImageName(bare, tag);
    }
    return new ImageName(bare, digest.isEmpty() ? inName : digest);
  }
}
