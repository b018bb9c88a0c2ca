using System.Globalization;
using System.Text;

namespace Culvert.Chat.Pages;

/// <summary>A person as pages show one. Immutable.</summary>
/// <param name="Name">The name that is unique.</param>
/// <param name="Title">The name that is shown; the same unless chosen otherwise.</param>
/// <param name="Avatar">Version of the picture; null for none.</param>
/// <param name="Role">On the server: <c>member</c>, <c>moderator</c> or <c>owner</c>.</param>
public sealed record PersonView(string Name, string Title, long? Avatar, string Role)
{
    private const int Hues = 8;

    /// <summary>0 to 7, always the same for a name; <c>scripts/avatar.js</c> counts the same way.</summary>
    internal int Hue
    {
        get
        {
            var hash = 0u;
            foreach (var unit in Name)
            {
                hash = (hash * 31) + unit;
            }

            return (int)(hash % Hues);
        }
    }

    /// <summary>The first letters of the first two words, in capitals; one letter for one word.</summary>
    internal string Initials
    {
        get
        {
            var words = Title.Split([' ', '-', '_', '.'], StringSplitOptions.RemoveEmptyEntries);
            var initials = new StringBuilder();
            foreach (var word in words.Take(2))
            {
                initials.Append(StringInfo.GetNextTextElement(word).ToUpperInvariant());
            }

            return initials.ToString();
        }
    }
}
