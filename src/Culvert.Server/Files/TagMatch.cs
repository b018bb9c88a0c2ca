namespace Culvert.Server.Files;

/// <summary>How an entity tag stands to a list of them.</summary>
internal enum TagMatch
{
    /// <summary>The list holds no tag at all, so the condition counts as absent.</summary>
    NoTags,
    Absent,
    Present,
}
