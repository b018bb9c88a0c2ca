namespace Culvert.Commands;

/// <summary>What the command line of <c>culvert files</c> says.</summary>
/// <param name="TopDirectory">The directory that is served.</param>
/// <param name="Host">The address to listen on.</param>
/// <param name="Port">The port, 0 for a free one.</param>
/// <param name="Listing">Whether a directory without an index page is listed.</param>
/// <param name="Fallback">The page for paths that only the application in the browser knows; null for none.</param>
/// <param name="LiveReload">Whether pages reload when a file changes.</param>
/// <param name="AccessLog">Whether each answer is a line of the log.</param>
/// <param name="Verbose">Whether more is logged.</param>
internal sealed record FilesRequest(
    string TopDirectory,
    string Host,
    int Port,
    bool Listing,
    string? Fallback,
    bool LiveReload,
    bool AccessLog,
    bool Verbose);
