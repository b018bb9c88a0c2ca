namespace Culvert.Server.Files;

/// <summary>What was found at a path.</summary>
internal enum OpenedKind
{
    /// <summary>Nothing.</summary>
    Missing,

    /// <summary>A regular file within the root.</summary>
    File,

    /// <summary>A directory within the root.</summary>
    Directory,

    /// <summary>Something that may not be served: outside the root, unreadable, a loop of links, a device.</summary>
    Forbidden,

    /// <summary>The system could not say: no descriptors left, a broken disk.</summary>
    Failed,
}
