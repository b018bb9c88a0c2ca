namespace Culvert.Server.Files;

/// <summary>
/// What a path leads to: a file with status 200, a listing with 200, a redirect with 301, or an error.
/// </summary>
/// <param name="Status">The status of the answer, before any condition.</param>
/// <param name="File">The file.</param>
/// <param name="IsKept">Whether the cache owns the file; otherwise whoever asked releases it.</param>
internal readonly record struct Found(int Status, SiteFile? File = null, bool IsKept = true);
