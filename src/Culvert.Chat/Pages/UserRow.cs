namespace Culvert.Chat.Pages;

/// <summary>A user as owners see one.</summary>
/// <param name="Name">The name that is unique.</param>
/// <param name="Role">On the server.</param>
/// <param name="Disabled">True for one who cannot sign in.</param>
/// <param name="CreatedAt">UTC Unix milliseconds.</param>
public sealed record UserRow(string Name, string Role, bool Disabled, long CreatedAt)
{
    /// <summary>The display name; null for none.</summary>
    public string? Title { get; init; }
}
