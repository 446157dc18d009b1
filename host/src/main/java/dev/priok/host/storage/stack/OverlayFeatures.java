package dev.priok.host.storage.stack;

import java.util.List;

/**
 * What overlayfs was seen to do here.
 *
 * @param switches the mount options it was seen with, and is used with
 * @param fileTypes the file system below tells the type of a directory's entries, as whiteouts need
 * @param metacopy a change of owner leaves the content in the lower layer
 * @param nativeDiff an upper directory alone is the difference: no redirect, no metacopy
 * @param userAttributes marks are attributes of users, as in a user namespace
 */
public record OverlayFeatures(
    List<String> switches,
    boolean fileTypes,
    boolean metacopy,
    boolean nativeDiff,
    boolean userAttributes) {}
