"""What every page is made of: one function for each part of the kit."""

from components.parts.actions import Button, DialogBox, IconButton, Link, Menu, MenuLink, Partial, Tabs
from components.parts.fields import Choice, Field, Hidden, Options, Segments, Select, Switch, TextArea
from components.parts.lists import Empty, Facts, Figures, Fold, Row, Rows, Table
from components.parts.marks import Ago, Avatar, Badge, Clock, Exact, Icon, Progress, State, day_words, local
from components.parts.notices import Callout, FormErrors, Toast, ToastPartial

Dialog = DialogBox

__all__ = [
    "Ago",
    "Avatar",
    "Badge",
    "Button",
    "Callout",
    "Choice",
    "Clock",
    "Dialog",
    "Empty",
    "Exact",
    "Facts",
    "Field",
    "Figures",
    "Fold",
    "FormErrors",
    "Hidden",
    "Icon",
    "IconButton",
    "Link",
    "Menu",
    "MenuLink",
    "Options",
    "Partial",
    "Progress",
    "Row",
    "Rows",
    "Segments",
    "Select",
    "State",
    "Switch",
    "Table",
    "Tabs",
    "TextArea",
    "Toast",
    "ToastPartial",
    "day_words",
    "local",
]
