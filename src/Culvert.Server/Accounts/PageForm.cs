namespace Culvert.Server.Accounts;

/// <summary>
/// Metadata of endpoints that the forms of pages are sent to: a refusal is left without a body, for a page to say it.
/// </summary>
internal sealed class PageForm
{
    public static readonly PageForm Instance = new();
}
